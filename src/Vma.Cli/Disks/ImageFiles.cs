// SPDX-License-Identifier: MIT

using Vma.Qemu.Images;

namespace Vma.Cli.Disks;

/// <summary>The files that an image names: an image from elsewhere can name any file of this host, so the user is told each of them.</summary>
internal static class ImageFiles
{
    /// <summary>The files that a disk consists of besides the one that the user named.</summary>
    public static IReadOnlyList<string> OtherFiles(this IDisposable disk) => disk is QemuImageDisk { Image: var image } ? [.. image.Files().Skip(1)] : [];

    /// <summary>Tells which other files an image names, if there are any.</summary>
    public static void Tell(string path, string isUsed, IReadOnlyList<string> otherFiles, Action<string> tell)
    {
        if (otherFiles.Count > 0)
        {
            tell($"'{EscapedText.Of(path)}' {isUsed} together with {string.Join(", ", otherFiles.Select(file => $"'{EscapedText.Of(file)}'"))}");
        }
    }
}
