// SPDX-License-Identifier: MIT

using Vma.Cli.Console;
using Vma.Cli.Exports;
using Vma.Nbd;

namespace Vma.Cli.Serve;

/// <summary>Tells people what is served, and the commands that use it, ready to paste.</summary>
internal static class Announcement
{
    /// <param name="terminal">Where it goes.</param>
    /// <param name="disks">What is served.</param>
    /// <param name="address">Where.</param>
    /// <param name="certificates">The directory of <c>--tls</c>, where clients on this machine find certificates too; null without TLS.</param>
    public static void Write(Terminal terminal, ServedDisks disks, ServeAddress address, string? certificates)
    {
        foreach (ServedDisk disk in disks.Disks)
        {
            terminal.WriteLine($"EXPORT: size: {disk.Export.Length} name: {EscapedText.Of(disk.Export.Name)} uri: {address.UriOf(disk.Export.Name)}");
        }

        NbdUri first = address.UriOf(disks.Disks[0].Export.Name) with { TlsDirectory = certificates };
        string uri = Quote(first.ToString());
        terminal.WriteLine("# look:     nbdinfo " + uri);
        terminal.WriteLine("# copy:     nbdcopy --progress " + uri + " disk.raw");
        terminal.WriteLine("# convert:  qemu-img convert -p -O qcow2 " + ImageOf(first) + " disk.qcow2");
        terminal.WriteLine("# mount:    mkdir disk; nbdfuse disk " + FuseOf(first) + " & sleep 1; guestmount --ro -i --format=raw -a disk/nbd /mnt");
        terminal.WriteLine("# boot:     qemu-system-x86_64 -m 2G -snapshot " + DriveOf(first));
        terminal.WriteLine("# Ctrl-C ends it.");
        terminal.Flush();
    }

    /// <summary>The export for nbdfuse, which takes no certificates from a URI: nbdkit stands in between then.</summary>
    private static string FuseOf(NbdUri uri)
    {
        string server = uri.SocketPath is { } socket ? Quote("socket=" + socket) : $"{Quote("hostname=" + uri.Host)} port={uri.Port}";
        return uri.UsesTls ? $"--command nbdkit -s nbd {server} {Quote("export=" + uri.ExportName)} tls=require {Quote("tls-certificates=" + uri.TlsDirectory)}" : Quote(uri.ToString());
    }

    /// <summary>The export for qemu-img, whose URIs know nothing of TLS.</summary>
    private static string ImageOf(NbdUri uri) => uri.UsesTls ? $"{Credentials("--object", uri)} --image-opts {Quote(Options(uri, string.Empty))}" : "-f raw " + Quote(uri.ToString());

    private static string DriveOf(NbdUri uri) => uri.UsesTls
        ? $"{Credentials("-object", uri)} -drive {Quote("if=virtio,format=raw," + Options(uri, "file."))}"
        : "-drive " + Quote("if=virtio,format=raw,file=" + Doubled(uri.ToString()));

    private static string Credentials(string option, NbdUri uri) => $"{option} {Quote($"tls-creds-x509,id=tls,endpoint=client,dir={Doubled(uri.TlsDirectory!)}")}";

    private static string Options(NbdUri uri, string prefix)
    {
        string server = uri.SocketPath is { } socket
            ? $"{prefix}server.type=unix,{prefix}server.path={Doubled(socket)},{prefix}tls-hostname=localhost"
            : $"{prefix}server.type=inet,{prefix}server.host={uri.Host},{prefix}server.port={uri.Port}";
        return $"{prefix}driver=nbd,{server},{prefix}export={Doubled(uri.ExportName)},{prefix}tls-creds=tls";
    }

    /// <summary>QEMU's options end at a comma that is not doubled.</summary>
    private static string Doubled(string text) => text.Replace(",", ",,", StringComparison.Ordinal);

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
