// SPDX-License-Identifier: MIT

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vma.Nbd;

/// <summary>
/// Certificates for TLS, of a client or a server. Dispose it when no client or server uses it anymore.
/// </summary>
public sealed class NbdTls : IDisposable
{
    private const string AuthorityFile = "ca-cert.pem";

    private NbdTls()
    {
    }

    /// <summary>The own certificate with its private key; null for a client without one.</summary>
    public X509Certificate2? Certificate { get; private init; }

    /// <summary>Who may have signed the peer's certificate. Empty for those that the system trusts.</summary>
    public X509Certificate2Collection Authorities { get; private init; } = [];

    /// <summary>
    /// A client checks the server's certificate; a server asks for the client's and refuses clients without a valid one. The default is
    /// true for a client and false for a server.
    /// </summary>
    public bool VerifyPeer { get; init; }

    /// <summary>
    /// What a server needs, from a directory in the layout of QEMU and libnbd: <c>server-cert.pem</c>, <c>server-key.pem</c>, and <c>ca-cert.pem</c>
    /// where <paramref name="verifyClients"/> asks for certificates of clients.
    /// </summary>
    /// <exception cref="IOException">A file is missing, or is no certificate or key.</exception>
    public static NbdTls LoadServer(string directory, bool verifyClients = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return new NbdTls
        {
            Certificate = LoadCertificate(directory, "server"),
            Authorities = verifyClients ? LoadAuthorities(directory) : [],
            VerifyPeer = verifyClients,
        };
    }

    /// <summary>
    /// What a client needs, from a directory in the layout of QEMU and libnbd: <c>ca-cert.pem</c>, and <c>client-cert.pem</c> with <c>client-key.pem</c>
    /// where it is there.
    /// </summary>
    /// <exception cref="IOException">A file is missing, or is no certificate or key.</exception>
    public static NbdTls LoadClient(string directory, bool verifyServer = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return new NbdTls
        {
            Certificate = File.Exists(Path.Combine(directory, "client-cert.pem")) ? LoadCertificate(directory, "client") : null,
            Authorities = verifyServer ? LoadAuthorities(directory) : [],
            VerifyPeer = verifyServer,
        };
    }

    /// <summary>A client that trusts the system's authorities.</summary>
    public static NbdTls ForSystemAuthorities() => new() { VerifyPeer = true };

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        Certificate?.Dispose();
        foreach (X509Certificate2 authority in Authorities)
        {
            authority.Dispose();
        }
    }

    internal Stream OpenServer(Stream stream)
    {
        SslStream tls = new(stream, leaveInnerStreamOpen: false);
        tls.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificate ?? throw new InvalidOperationException("A server needs a certificate: use LoadServer."),
            ClientCertificateRequired = VerifyPeer,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => !VerifyPeer || IsTrusted(certificate, errors),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        });
        return tls;
    }

    internal Stream OpenClient(Stream stream, string hostName)
    {
        SslStream tls = new(stream, leaveInnerStreamOpen: false);
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = hostName,
            ClientCertificates = Certificate is null ? null : [Certificate],
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => !VerifyPeer || IsTrusted(certificate, errors),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        });
        return tls;
    }

    private static X509Certificate2 LoadCertificate(string directory, string role)
    {
        string certificate = Path.Combine(directory, $"{role}-cert.pem"), key = Path.Combine(directory, $"{role}-key.pem");
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (CryptographicException fault)
        {
            throw new IOException($"'{certificate}' and '{key}' are no certificate and its key in PEM form: {fault.Message}", fault);
        }
    }

    private static X509Certificate2Collection LoadAuthorities(string directory)
    {
        string path = Path.Combine(directory, AuthorityFile);
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (CryptographicException fault)
        {
            throw new IOException($"'{path}' holds no certificates in PEM form: {fault.Message}", fault);
        }

        return authorities.Count > 0 ? authorities : throw new IOException($"'{path}' holds no certificate in PEM form.");
    }

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        if (Authorities.Count == 0)
        {
            return errors == SslPolicyErrors.None;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        using X509Certificate2 peer = new(certificate);
        return chain.Build(peer);
    }
}
