// SPDX-License-Identifier: MIT

using Vma.Cli.Arguments;
using Vma.Nbd;
using Vma.Qemu.Guests;

namespace Vma.Cli.Boot;

/// <summary>The shell script that does what the command would do, with the sockets at a stable path.</summary>
internal static class BootScript
{
    public static void Write(Terminal terminal, BootPlan plan, BootRequest request)
    {
        string directory = Path.GetFullPath(request.Directory ?? $"vma-boot-{plan.Manifest.Uuid.ToString("N")[..8]}");
        string socket = Path.Combine(directory, "nbd.sock");
        string archive = Path.GetFullPath(request.Archive);
        BootDirectory files = BootDirectory.Temporary(directory);
        var images = plan.Disks.ToDictionary(
            disk => disk,
            disk => files.ImageOf(disk, NbdUri.ForSocket(socket, disk.Served.Export.Name)) with { IsTemporary = request.Directory is null });
        string? incoming = request.Resume ? $"exec:{QuotedText.ShellLine(["vma", "cat", archive, $"{plan.MemoryState!.Name}"])}" : null;
        QemuCommandLine qemu = plan.Build(images, directory, Path.Combine(directory, "qmp.sock"), incoming);

        terminal.WriteLine(QuotedText.ShellLine(["mkdir", "-p", directory]));
        terminal.WriteLine(QuotedText.ShellLine(["vma", "serve", .. SeekableOptions.For(request.Access), "--socket", socket, archive]) + " >/dev/null &");
        terminal.WriteLine("server=$!");
        terminal.WriteLine("trap 'kill $server 2>/dev/null' EXIT");
        terminal.WriteLine("trap 'exit 130' INT TERM HUP");
        terminal.WriteLines(images.Values.Where(image => image.Backing is not null)
            .Select(image => $"[ -e {QuotedText.SeenWord(image.Path)} ] || {QuotedText.ShellLine(["qemu-img", .. image.CreateArguments()])}"));

        if (plan.Variables is { } variables)
        {
            string path = Path.Combine(directory, BootPlan.VariablesFile);
            terminal.WriteLine($"[ -e {QuotedText.SeenWord(path)} ] || {QuotedText.ShellLine(["cp", variables.Template, path])}");
        }

        terminal.WriteLine($"while [ ! -S {QuotedText.SeenWord(socket)} ]; do kill -0 $server 2>/dev/null || exit 1; sleep 0.1; done");
        terminal.WriteLine(QuotedText.ShellLine([request.Program, .. qemu.Arguments]));
    }
}
