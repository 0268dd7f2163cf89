// SPDX-License-Identifier: MIT

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vma.Testing;

/// <summary>Certificates in the layout of QEMU and libnbd.</summary>
public static class Certificates
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForAnything = "2.5.29.37.0";

    /// <summary>Writes an authority, a server for localhost and 127.0.0.1, and a client.</summary>
    public static string Create(string directory, bool withClient = true) => Create(directory, withClient, ForServers, ForClients);

    /// <summary>As the other, with what the two certificates say of their use; they say nothing of it where it is null.</summary>
    public static string Create(string directory, bool withClient, string? serverUse, string? clientUse)
    {
        Directory.CreateDirectory(directory);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Path.Combine(directory, "ca-cert.pem"), authority.ExportCertificatePem());
        Sign(directory, "server", authority, serverUse);
        if (withClient)
        {
            Sign(directory, "client", authority, clientUse);
        }

        return directory;
    }

    private static void Sign(string directory, string role, X509Certificate2 authority, string? use)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={role}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (use is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        }

        using X509Certificate2 certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, (byte)role.Length]);
        File.WriteAllText(Path.Combine(directory, $"{role}-cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, $"{role}-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
