// SPDX-License-Identifier: MIT

using Vma.Cli.DisksFromArchive;
using Vma.Qemu.Guests;

namespace Vma.Cli.Restore;

/// <summary>What <c>restore</c> is asked for: a domain for libvirt, or else a script.</summary>
internal sealed record RestoreRequest(string File, string Directory, bool ForLibvirt, VmaReaderOptions Reading, bool Verbose, bool Sync);

/// <summary>Restores a guest, with a file beside its disks that starts it.</summary>
internal static class RestoreRun
{
    /// <summary>Gives what the user should know about the guest, in lines.</summary>
    public static List<string> Execute(CommandContext context, RestoreRequest request)
    {
        List<string> notes = [];
        ExtractRun.Execute(context, new ExtractRequest(request.File, request.Directory)
        {
            Reading = request.Reading,
            Verbose = request.Verbose,
            Sync = request.Sync,
            Quiet = true,
            FileBeside = manifest => MakeFile(manifest, request, notes),
        });
        return notes;
    }

    private static (string Name, byte[] Data) MakeFile(VmaManifest manifest, RestoreRequest request, List<string> notes)
    {
        (GuestConfig config, Dictionary<string, string> files) = GuestFiles.Read(manifest, request.File, request.Directory);
        if (manifest.Devices.Any(device => device.IsMemoryState))
        {
            notes.Add("the guest starts anew; 'vma boot --resume --stream DIR' restores its disks and goes on from the RAM in the archive");
        }

        return request.ForLibvirt
            ? (GuestFiles.DomainName, GuestFiles.Domain(config, files))
            : (GuestFiles.ScriptName, GuestFiles.Script(config, files, notes));
    }
}
