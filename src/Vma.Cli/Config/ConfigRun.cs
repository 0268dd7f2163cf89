// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Config;

/// <summary>Finds a config of an archive.</summary>
internal static class ConfigRun
{
    public static VmaConfig Read(string path, string name, VmaReaderOptions options)
    {
        using VmaReader reader = ArchiveFile.Open(path, options);
        return Find(reader.Manifest, name) ?? throw CommandException.Failed(
            $"{ArchiveFile.DisplayName(path)}: there is no config '{EscapedText.Of(name)}'; "
            + $"there are: {DeviceNames.List(reader.Manifest.Configs.Select(one => one.Name))}");
    }

    /// <summary>By the name itself, or by the name that it shows or that its file would have: not every name can be typed.</summary>
    private static VmaConfig? Find(VmaManifest manifest, string name) =>
        manifest.FindConfig(name) ?? manifest.Configs.FirstOrDefault(config => DeviceNames.IsCalled(config.Name, name));
}
