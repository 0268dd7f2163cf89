// SPDX-License-Identifier: MIT

using Vma.Qemu.Images;

namespace Vma.Cli.Disks;

/// <summary>What images a restore makes.</summary>
/// <param name="Format">The format.</param>
/// <param name="Options">Creation options as <c>qemu-img create -o</c> takes them; null for none.</param>
internal sealed record ImageFormat(string Format, string? Options)
{
    public static readonly ImageFormat Raw = new(DiskFormats.Raw, null);

    /// <summary>Options that tie an image to other files, which a restore cannot bring under their final names together.</summary>
    private static readonly string[] Refused = ["backing_file", "backing_fmt", "data_file", "data_file_raw", "size"];

    private static readonly string[] RefusedSubformats = ["monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"];

    /// <summary>The file's extension.</summary>
    public string Extension => DiskFormats.ExtensionOf(Format);

    /// <summary>Whether QEMU's tools are needed.</summary>
    public bool NeedsTools => Format != DiskFormats.Raw || Options is not null;

    /// <summary>Whether the whole disk takes its space at once.</summary>
    public bool IsPreallocated => Values().Any(pair => pair
        is { Key: "preallocation", Value: "falloc" or "full" }
        or { Key: "subformat", Value: "fixed" }
        or { Key: "static", Value: "on" });

    /// <summary>Whether a disk can take less space than its data has.</summary>
    public bool IsCompressed => Values().Any(pair => pair is { Key: "subformat", Value: "streamOptimized" });

    public static ImageFormat Parse(string format, IReadOnlyList<string> options)
    {
        DiskFormats.ThrowIfNotWritable(format);
        var parsed = new ImageFormat(format, options.Count == 0 ? null : string.Join(',', options));
        foreach ((string key, string value) in parsed.Values())
        {
            CommandException.UsageIf(Refused.Contains(key) || (key == "subformat" && RefusedSubformats.Contains(value)),
                $"'-o {EscapedText.Of(key)}={EscapedText.Of(value)}' is not for a restore: each disk becomes one file of its own size");
        }

        return parsed;
    }

    /// <summary>Makes an image, which reads as zeros, and opens it.</summary>
    public IBlockTarget Create(string path, long length, RawDiskOptions options)
    {
        if (!NeedsTools)
        {
            return RawDisk.Create(path, length, options);
        }

        QemuImage image = QemuImage.Create(path, Format, length, Options);
        RawDiskOptions empty = options with { ReadsAsZeroes = true };
        return Format == DiskFormats.Raw ? RawDisk.OpenWrite(path, empty) : QemuImageDisk.OpenWrite(image, empty);
    }

    private IEnumerable<(string Key, string Value)> Values() =>
        (Options ?? string.Empty).Split(',').Select(one => one.Split('=', 2)).Where(pair => pair is [not "", _]).Select(pair => (pair[0], pair[1]));
}
