// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Vma.Nbd;

/// <summary>
/// Where an export is, as QEMU and libnbd write it: <c>nbd://host:port/export</c>, <c>nbd+unix:///export?socket=path</c>, and both with
/// <c>nbds</c> for TLS.
/// </summary>
public sealed record NbdUri
{
    /// <summary>The port where none is given.</summary>
    public const int DefaultPort = 10809;

    private const string SocketParameter = "socket", CertificatesParameter = "tls-certificates", HostNameParameter = "tls-hostname";

    private NbdUri()
    {
    }

    /// <summary>The host's name or address, an IPv6 one without brackets; null for a unix socket.</summary>
    public string? Host { get; private init; }

    /// <summary>The TCP port; 0 for a unix socket.</summary>
    public int Port { get; private init; }

    /// <summary>The path of the unix socket; null for TCP.</summary>
    public string? SocketPath { get; private init; }

    /// <summary>The export's name, decoded. The empty name is the server's default export.</summary>
    public string ExportName { get; init; } = string.Empty;

    /// <summary>Whether the connection uses TLS.</summary>
    public bool UsesTls { get; init; }

    /// <summary>The directory with PEM files that the URI names for TLS (libnbd's <c>tls-certificates</c>), or null.</summary>
    public string? TlsDirectory { get; init; }

    /// <summary>The name that the server's certificate must have, where it is not the host's; null otherwise.</summary>
    public string? TlsHostName { get; init; }

    /// <summary>An export behind a unix socket.</summary>
    public static NbdUri ForSocket(string path, string exportName = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(exportName);
        return new NbdUri { SocketPath = path, ExportName = exportName };
    }

    /// <summary>An export behind a TCP port.</summary>
    public static NbdUri ForHost(string host, int port = DefaultPort, string exportName = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        ArgumentNullException.ThrowIfNull(exportName);
        return new NbdUri { Host = host, Port = port, ExportName = exportName };
    }

    /// <summary>Reads a URI.</summary>
    /// <exception cref="FormatException">It is none of the forms above; the message says why.</exception>
    public static NbdUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, out string? fault) ?? throw new FormatException($"'{text}' is not an NBD URI: {fault}");
    }

    /// <summary>Reads a URI, or returns false.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NbdUri? uri)
    {
        uri = text is null ? null : Read(text, out _);
        return uri is not null;
    }

    /// <summary>The URI in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(UsesTls ? "nbds" : "nbd");
        if (SocketPath is not null)
        {
            text.Append("+unix:///");
        }
        else
        {
            bool bracketed = Host!.Contains(':', StringComparison.Ordinal);
            text.Append("://").Append(bracketed ? $"[{Host}]" : Escape(Host)).Append(Port == DefaultPort ? string.Empty : $":{Port}").Append('/');
        }

        (string Name, string? Value)[] parameters = [(SocketParameter, SocketPath), (CertificatesParameter, TlsDirectory), (HostNameParameter, TlsHostName)];
        string query = string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Escape(one.Value!)}"));
        return text.Append(Escape(ExportName)).Append(query.Length > 0 ? $"?{query}" : query).ToString();
    }

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);

    private static NbdUri? Read(string text, out string? fault)
    {
        int colon = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = colon < 0 ? string.Empty : text[..colon].ToLowerInvariant();
        bool unix = scheme is "nbd+unix" or "nbds+unix";
        if (!unix && scheme is not ("nbd" or "nbds"))
        {
            fault = "it begins with none of nbd://, nbds://, nbd+unix:// and nbds+unix://";
            return null;
        }

        string rest = text[(colon + 3)..];
        int fragment = rest.IndexOf('#', StringComparison.Ordinal);
        rest = fragment < 0 ? rest : rest[..fragment];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string query = question < 0 ? string.Empty : rest[(question + 1)..];
        string hierarchy = question < 0 ? rest : rest[..question];
        int slash = hierarchy.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? hierarchy : hierarchy[..slash];
        string path = slash < 0 ? string.Empty : hierarchy[(slash + 1)..];
        if (!TryDecode(path, out string? export) || !TryReadQuery(query, out Dictionary<string, string>? parameters))
        {
            fault = "a % is not followed by two hexadecimal digits, or the text is not UTF-8";
            return null;
        }

        if (!NbdText.IsName(export))
        {
            fault = $"the export's name is longer than {NbdLimits.LongestText} bytes or has a NUL in it";
            return null;
        }

        var uri = new NbdUri
        {
            ExportName = export,
            UsesTls = scheme.StartsWith("nbds", StringComparison.Ordinal),
            TlsDirectory = parameters.GetValueOrDefault(CertificatesParameter),
            TlsHostName = parameters.GetValueOrDefault(HostNameParameter),
        };
        return unix ? ReadSocket(uri, authority, parameters, out fault) : ReadHost(uri, authority, parameters, out fault);
    }

    private static NbdUri? ReadSocket(NbdUri uri, string authority, Dictionary<string, string> parameters, out string? fault)
    {
        string? path = parameters.GetValueOrDefault(SocketParameter);
        fault = string.IsNullOrEmpty(path) ? "it has no socket=PATH"
            : path.Contains('\0', StringComparison.Ordinal) ? "the socket's path has a NUL in it"
            : authority.Length > 0 ? "a host cannot be given with a unix socket; write three slashes: nbd+unix:///"
            : null;
        return fault is null ? uri with { SocketPath = path } : null;
    }

    private static NbdUri? ReadHost(NbdUri uri, string authority, Dictionary<string, string> parameters, out string? fault)
    {
        string address = authority[(authority.LastIndexOf('@') + 1)..]; // a user name is for TLS keys that .NET does not have
        int bracket = address.LastIndexOf(']');
        int colon = address.IndexOf(':', Math.Max(bracket, 0));
        string host = colon < 0 ? address : address[..colon];
        int port = DefaultPort;
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!TryDecode(bracketed ? host[1..^1] : host, out string? name) || name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            fault = "it has no host";
            return null;
        }

        bool hasPort = colon >= 0 && colon + 1 < address.Length;
        if (hasPort && (!int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, provider: null, out port) || port is 0 or > ushort.MaxValue))
        {
            fault = "the port is not a number from 1 to 65535";
            return null;
        }

        fault = parameters.ContainsKey(SocketParameter) ? "socket=PATH belongs to nbd+unix:// and nbds+unix://" : null;
        return fault is null ? uri with { Host = name, Port = port } : null;
    }

    private static bool TryReadQuery(string query, [NotNullWhen(true)] out Dictionary<string, string>? parameters)
    {
        parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string parameter in query.Split('&', ';'))
        {
            string[] parts = parameter.Split('=', 2);
            if (!TryDecode(parts[0], out string? name) || !TryDecode(parts.Length > 1 ? parts[1] : string.Empty, out string? value))
            {
                parameters = null;
                return false;
            }

            parameters.TryAdd(name, value);
        }

        return true;
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte value = encoded[i];
            if (value == '%')
            {
                if (i + 2 >= encoded.Length || !byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, provider: null, out value))
                {
                    decoded = null;
                    return false;
                }

                i += 2;
            }

            encoded[length++] = value;
        }

        decoded = NbdText.TryRead(encoded.AsSpan(0, length));
        return decoded is not null;
    }
}
