// SPDX-License-Identifier: MIT

using Vma.Cli.Exports;
using Vma.Nbd;
using Vma.Qemu.Images;

namespace Vma.Cli.Serve;

/// <summary>Tells people what is served, and the commands that use it, ready to paste.</summary>
internal class ServeText(Terminal terminal)
{
    protected Terminal Terminal { get; } = terminal;

    /// <param name="disks">What is served.</param>
    /// <param name="address">Where.</param>
    /// <param name="certificates">The directory of <c>--tls</c>, where clients on this machine find certificates too; null without TLS.</param>
    public virtual void Announce(ServedDisks disks, ServeAddress address, string? certificates)
    {
        Terminal.WriteLines(disks.Disks.Select(disk =>
            $"EXPORT: size: {disk.Export.Length} name: {EscapedText.Of(disk.Export.Name)} uri: {address.UriOf(disk.Export.Name)}"));

        NbdUri first = address.UriOf(disks.Disks[0].Export.Name) with { TlsDirectory = certificates is null ? null : Path.GetFullPath(certificates) };
        string uri = QuotedText.SeenQuotes(first.ToString());
        Terminal.WriteLine("# look:     nbdinfo " + uri);
        Terminal.WriteLine("# copy:     nbdcopy --progress " + uri + " disk.raw");
        Terminal.WriteLine("# convert:  qemu-img convert -p -O qcow2 " + ImageOf(first) + " disk.qcow2");
        Terminal.WriteLine("# mount:    mkdir disk; nbdfuse disk " + FuseOf(first) + " & sleep 1; guestmount --ro -i --format=raw -a disk/nbd /mnt");
        Terminal.WriteLine("# boot:     qemu-system-x86_64 -m 2G -snapshot " + DriveOf(first));
        Terminal.WriteLine("# Ctrl-C ends it.");
        Terminal.Flush();
    }

    /// <summary>The export for nbdfuse, which takes no certificates from a URI: nbdkit stands in between then.</summary>
    private static string FuseOf(NbdUri uri)
    {
        if (!uri.UsesTls)
        {
            return QuotedText.SeenQuotes(uri.ToString());
        }

        string server = uri.SocketPath is { } socket
            ? QuotedText.SeenQuotes("socket=" + socket)
            : $"{QuotedText.SeenQuotes("hostname=" + uri.Host)} port={uri.Port}";
        string export = QuotedText.SeenQuotes("export=" + uri.ExportName);
        return $"--command nbdkit -s nbd {server} {export} tls=require {QuotedText.SeenQuotes("tls-certificates=" + uri.TlsDirectory)}";
    }

    /// <summary>The export for qemu-img, whose URIs know nothing of TLS.</summary>
    private static string ImageOf(NbdUri uri) => uri.UsesTls
        ? $"{Credentials("--object", uri)} --image-opts {QuotedText.SeenQuotes(Options(uri, string.Empty))}"
        : "-f raw " + QuotedText.SeenQuotes(uri.ToString());

    private static string DriveOf(NbdUri uri) => uri.UsesTls
        ? $"{Credentials("-object", uri)} -drive {QuotedText.SeenQuotes("if=virtio,format=raw," + Options(uri, "file."))}"
        : "-drive " + QuotedText.SeenQuotes("if=virtio,format=raw,file=" + QemuQuoting.OptionValue(uri.ToString()));

    private static string Credentials(string option, NbdUri uri) =>
        $"{option} {QuotedText.SeenQuotes($"tls-creds-x509,id=tls,endpoint=client,dir={QemuQuoting.OptionValue(uri.TlsDirectory!)}")}";

    private static string Options(NbdUri uri, string prefix)
    {
        string server = uri.SocketPath is { } socket
            ? $"{prefix}server.type=unix,{prefix}server.path={QemuQuoting.OptionValue(socket)},{prefix}tls-hostname=localhost"
            : $"{prefix}server.type=inet,{prefix}server.host={uri.Host},{prefix}server.port={uri.Port}";
        return $"{prefix}driver=nbd,{server},{prefix}export={QemuQuoting.OptionValue(uri.ExportName)},{prefix}tls-creds=tls";
    }
}
