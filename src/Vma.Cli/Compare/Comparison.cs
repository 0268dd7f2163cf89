// SPDX-License-Identifier: MIT

using Vma.Cli.Json;

namespace Vma.Cli.Compare;

/// <summary>What differs between two archives, found while it is asked for. Configs and devices are paired by name.</summary>
internal sealed class Comparison(Terminal terminal, (string Path, VmaArchive Archive) one, (string Path, VmaArchive Archive) other)
{
    public const string OnlyInA = "only-in-a";
    public const string OnlyInB = "only-in-b";
    public const string Size = "size";
    public const string Content = "content";
    private const string Config = "config";
    private const string Device = "device";

    /// <summary>All differences: configs, then disks, by the order of the first archive.</summary>
    public IEnumerable<DifferenceElement> Differences =>
        Pair(Config, manifest => manifest.Configs, config => config.Name, CompareConfigs)
            .Concat(Pair(Device, manifest => manifest.Devices, device => device.Name, CompareDisks));

    /// <summary>Things of one name belong together; where a name is there several times, in their order.</summary>
    private IEnumerable<DifferenceElement> Pair<T>(
        string kind, Func<VmaManifest, IReadOnlyList<T>> thingsOf, Func<T, VmaName> nameOf, Func<T, T, IEnumerable<DifferenceElement>> compare)
    {
        Dictionary<VmaName, Queue<T>> partners = thingsOf(other.Archive.Manifest).GroupBy(nameOf).ToDictionary(group => group.Key, group => new Queue<T>(group));
        foreach (T thing in thingsOf(one.Archive.Manifest))
        {
            IEnumerable<DifferenceElement> differences = partners.TryGetValue(nameOf(thing), out Queue<T>? named) && named.TryDequeue(out T? partner)
                ? compare(thing, partner)
                : [new DifferenceElement(kind, nameOf(thing).ToString(), OnlyInA)];
            foreach (DifferenceElement difference in differences)
            {
                yield return difference;
            }
        }

        foreach (T thing in partners.Values.SelectMany(rest => rest))
        {
            yield return new DifferenceElement(kind, nameOf(thing).ToString(), OnlyInB);
        }
    }

    private static IEnumerable<DifferenceElement> CompareConfigs(VmaConfig first, VmaConfig second) =>
        first.Data.Span.SequenceEqual(second.Data.Span) ? [] : [new DifferenceElement(Config, first.Name.ToString(), Content, first.Data.Length, second.Data.Length)];

    private IEnumerable<DifferenceElement> CompareDisks(VmaDevice first, VmaDevice second)
    {
        string name = first.Name.ToString();
        NamedDisk firstDisk = NamedDisk.Open(one.Archive, first, one.Path), secondDisk = NamedDisk.Open(other.Archive, second, other.Path);
        (long firstSize, long secondSize) = (firstDisk.Length, secondDisk.Length);
        long common = Math.Min(firstSize, secondSize);
        if (firstSize != secondSize)
        {
            yield return new DifferenceElement(Device, name, Size, firstSize, secondSize);
        }

        var progress = new ProgressDisplay(terminal, $"comparing {name}", line: null);
        foreach (VmaByteRange range in VmaDiff.Run(firstDisk, secondDisk, progress: progress))
        {
            // What the longer one has behind the other's end was told by the sizes.
            long length = Math.Min(range.Length, common - range.Offset);
            if (length > 0)
            {
                yield return new DifferenceElement(Device, name, Content, firstSize, secondSize, range.Offset, length);
            }
        }
    }
}
