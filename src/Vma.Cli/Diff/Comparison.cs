// SPDX-License-Identifier: MIT

using Vma.Cli.Disks;

namespace Vma.Cli.Diff;

/// <summary>One difference; sizes, offset and length are in bytes, of configs and devices that are in both archives.</summary>
internal sealed record Difference(string Kind, string Name, string What, long? SizeA = null, long? SizeB = null, long? Offset = null, long? Length = null);

/// <summary>What differs between two archives, found while it is asked for. Configs and devices are paired by name.</summary>
internal sealed class Comparison((string Path, VmaArchive Archive) one, (string Path, VmaArchive Archive) other, Func<string, ProgressDisplay> progressOf)
{
    public const string OnlyInA = "only-in-a";
    public const string OnlyInB = "only-in-b";
    public const string Size = "size";
    public const string Content = "content";
    private const string Config = "config";
    private const string Device = "device";

    /// <summary>All differences: configs, then disks, by the order of the first archive.</summary>
    public IEnumerable<Difference> Differences =>
        Pair(Config, manifest => manifest.Configs, config => config.Name, CompareConfigs)
            .Concat(Pair(Device, manifest => manifest.Devices, device => device.Name, CompareDisks));

    /// <summary>Pairs things by their names. Where several things have one name, they are paired in their order.</summary>
    private IEnumerable<Difference> Pair<T>(
        string kind, Func<VmaManifest, IReadOnlyList<T>> thingsOf, Func<T, VmaName> nameOf, Func<T, T, IEnumerable<Difference>> compare)
    {
        Dictionary<VmaName, Queue<T>> partners = thingsOf(other.Archive.Manifest)
            .GroupBy(nameOf)
            .ToDictionary(group => group.Key, group => new Queue<T>(group));
        IEnumerable<Difference> inA = thingsOf(one.Archive.Manifest).SelectMany(
            thing => partners.TryGetValue(nameOf(thing), out Queue<T>? named) && named.TryDequeue(out T? partner)
                ? compare(thing, partner)
                : [new Difference(kind, nameOf(thing).ToString(), OnlyInA)]);
        return inA.Concat(partners.Values.SelectMany(rest => rest).Select(thing => new Difference(kind, nameOf(thing).ToString(), OnlyInB)));
    }

    private static IEnumerable<Difference> CompareConfigs(VmaConfig first, VmaConfig second) =>
        first.Data.Span.SequenceEqual(second.Data.Span) ? [] : [new Difference(Config, first.Name.ToString(), Content, first.Data.Length, second.Data.Length)];

    private IEnumerable<Difference> CompareDisks(VmaDevice first, VmaDevice second)
    {
        string name = first.Name.ToString();
        NamedSource firstDisk = NamedSource.Open(one.Archive, first, one.Path), secondDisk = NamedSource.Open(other.Archive, second, other.Path);
        (long firstSize, long secondSize) = (firstDisk.Length, secondDisk.Length);
        long common = Math.Min(firstSize, secondSize);
        if (firstSize != secondSize)
        {
            yield return new Difference(Device, name, Size, firstSize, secondSize);
        }

        foreach (VmaByteRange range in VmaDiff.Run(firstDisk, secondDisk, progress: progressOf(name)))
        {
            // What the longer one has behind the other's end was told by the sizes.
            long length = Math.Min(range.Length, common - range.Offset);
            if (length > 0)
            {
                yield return new Difference(Device, name, Content, firstSize, secondSize, range.Offset, length);
            }
        }
    }
}
