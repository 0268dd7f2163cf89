// SPDX-License-Identifier: MIT

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vma.Failures;

namespace Vma.Nbd;

/// <summary>Certificates for TLS, of a client or a server. Dispose it when no client or server uses it anymore.</summary>
public sealed class NbdTls : IDisposable
{
    private const string AuthorityFile = "ca-cert.pem";

    // What a certificate may be used for (RFC 5280, 4.2.1.12). One that says nothing of it may be used for both.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string AnyUse = "2.5.29.37.0";

    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _authorities;
    private readonly bool _verifiesPeer;

    private NbdTls(X509Certificate2? certificate, X509Certificate2Collection authorities, bool verifiesPeer)
    {
        _certificate = certificate;
        _authorities = authorities;
        _verifiesPeer = verifiesPeer;
    }

    /// <summary>
    /// What a server needs, from a directory in the layout of QEMU and libnbd: <c>server-cert.pem</c>, <c>server-key.pem</c>, and <c>ca-cert.pem</c>
    /// where <paramref name="verifyClients"/> says that the server refuses clients without a certificate that an authority in it has signed.
    /// </summary>
    /// <exception cref="IOException">A file is missing, or is no certificate or key.</exception>
    public static NbdTls LoadServer(string directory, bool verifyClients = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return new NbdTls(LoadCertificate(directory, "server"), verifyClients ? LoadAuthorities(directory) : [], verifyClients);
    }

    /// <summary>
    /// What a client needs, from a directory in the layout of QEMU and libnbd: <c>ca-cert.pem</c>, and <c>client-cert.pem</c> with <c>client-key.pem</c>
    /// where they are there. <paramref name="verifyServer"/> says whether the client checks the server's certificate.
    /// </summary>
    /// <exception cref="IOException">A file is missing, or is no certificate or key.</exception>
    public static NbdTls LoadClient(string directory, bool verifyServer = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        X509Certificate2? certificate = File.Exists(Path.Combine(directory, "client-cert.pem")) ? LoadCertificate(directory, "client") : null;
        return new NbdTls(certificate, verifyServer ? LoadAuthorities(directory) : [], verifyServer);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        _certificate?.Dispose();
        foreach (X509Certificate2 authority in _authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>For a client that trusts the system's authorities.</summary>
    internal static NbdTls ForSystemAuthorities() => new(certificate: null, authorities: [], verifiesPeer: true);

    /// <exception cref="AuthenticationException">The client and the server do not agree.</exception>
    internal Stream OpenServer(Stream stream)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, Accepts(ClientAuthentication));
        tls.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate ?? throw new InvalidOperationException("A server needs a certificate: use LoadServer."),
            ClientCertificateRequired = _verifiesPeer,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        });
        return tls;
    }

    /// <exception cref="AuthenticationException">The client and the server do not agree.</exception>
    internal Stream OpenClient(Stream stream, string hostName)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, Accepts(ServerAuthentication));
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = hostName,
            ClientCertificates = _certificate is null ? null : [_certificate],
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        });
        return tls;
    }

    private static X509Certificate2 LoadCertificate(string directory, string role)
    {
        string certificate = Path.Combine(directory, $"{role}-cert.pem"), key = Path.Combine(directory, $"{role}-key.pem");
        return Attempt.Or(
            () => X509Certificate2.CreateFromPemFile(certificate, key),
            (CryptographicException wrong) =>
                throw new IOException($"'{certificate}' and '{key}' are no certificate and its key in PEM form: {wrong.Message}", wrong));
    }

    private static X509Certificate2Collection LoadAuthorities(string directory)
    {
        string path = Path.Combine(directory, AuthorityFile);
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (CryptographicException failure)
        {
            throw new IOException($"'{path}' holds no certificates in PEM form: {failure.Message}", failure);
        }

        return authorities.Count > 0 ? authorities : throw new IOException($"'{path}' holds no certificate in PEM form.");
    }

    private RemoteCertificateValidationCallback Accepts(string use) =>
        (_, certificate, _, errors) => !_verifiesPeer || IsTrusted(certificate, use, errors);

    private bool IsTrusted(X509Certificate? certificate, string use, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        if (_authorities.Count == 0)
        {
            return errors == SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        using var peer = new X509Certificate2(certificate);
        return IsFor(use, peer) && chain.Build(peer);
    }

    private static bool IsFor(string use, X509Certificate2 peer) => peer.Extensions.OfType<X509EnhancedKeyUsageExtension>()
        .All(uses => uses.EnhancedKeyUsages.Cast<Oid>().Any(one => one.Value == use || one.Value == AnyUse));
}
