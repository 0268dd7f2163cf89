// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>The configs that <c>-c</c> names.</summary>
internal static class ConfigFiles
{
    private const int MaxConfigLength = 65_535;

    /// <summary>Reads configs; each is stored under its base name.</summary>
    public static List<(string Name, byte[] Data)> Read(IEnumerable<string> paths)
    {
        var configs = new List<(string Name, byte[] Data)>();
        foreach (string path in paths)
        {
            string name = Path.GetFileName(path);
            CommandException.UsageIf(configs.Any(config => config.Name == name),
                $"two configs are called '{EscapedText.Of(name)}'; an archive keeps only their base names");

            configs.Add((name, Doing.With("read config", path, () => ReadOne(path))));
        }

        return configs;
    }

    private static byte[] ReadOne(string path)
    {
        // A pipe or a device can be without end, so no more is read than fits.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var data = new byte[MaxConfigLength + 1];
        int length = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        return length <= MaxConfigLength
            ? data[..length]
            : throw CommandException.Failed($"config '{EscapedText.Of(path)}' is larger than the {MaxConfigLength} bytes that fit an archive");
    }
}
