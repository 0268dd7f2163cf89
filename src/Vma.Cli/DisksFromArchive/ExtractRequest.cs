// SPDX-License-Identifier: MIT

using Vma.Cli.Disks;

namespace Vma.Cli.DisksFromArchive;

/// <summary>What <c>extract</c> is asked for.</summary>
internal sealed record ExtractRequest(string File, string Directory)
{
    public IReadOnlyList<string> Devices { get; init; } = [];

    public VmaReaderOptions Reading { get; init; } = new();

    public string? Map { get; init; }

    public ImageFormat Format { get; init; } = ImageFormat.Raw;

    public bool Verbose { get; init; }

    public bool Configs { get; init; } = true;

    public bool VerifyData { get; init; } = true;

    public bool Strict { get; init; }

    public bool Sync { get; init; } = true;

    public bool Json { get; init; }

    public bool DryRun { get; init; }

    public bool IgnoreSpace { get; init; }

    /// <summary>Whether standard output stays empty.</summary>
    public bool Quiet { get; init; }

    /// <summary>Makes a file that is written beside the disks; null for none.</summary>
    public Func<VmaManifest, (string Name, byte[] Data)>? FileBeside { get; init; }
}
