// SPDX-License-Identifier: MIT

using Vma.Cli.Json;

namespace Vma.Cli.Compare;

/// <summary>What differs between two archives, found while it is asked for. Configs and devices are paired by name.</summary>
internal sealed class Comparison(CommandContext context, string onePath, string otherPath, VmaArchive one, VmaArchive other)
{
    public const string OnlyInA = "only-in-a";
    public const string OnlyInB = "only-in-b";
    public const string Size = "size";
    public const string Content = "content";

    private readonly List<DifferenceElement> _found = [];

    /// <summary>All differences: configs, then disks by the order of the first archive.</summary>
    public IEnumerable<DifferenceElement> All => Configs().Concat(Disks()).Select(difference =>
    {
        _found.Add(difference);
        return difference;
    });

    /// <summary>What was found so far.</summary>
    public DiffDocument ToDocument() => new(DiffDocument.Version, onePath, otherPath, Same: _found.Count == 0, _found);

    private IEnumerable<DifferenceElement> Configs() => Pair("config", one.Manifest.Configs, other.Manifest.Configs, config => config.Name, CompareConfigs);

    private IEnumerable<DifferenceElement> Disks() => Pair("device", one.Manifest.Devices, other.Manifest.Devices, device => device.Name, CompareDisks);

    /// <summary>Things of one name belong together; where a name is there several times, in their order.</summary>
    private static IEnumerable<DifferenceElement> Pair<T>(string kind, IReadOnlyList<T> ones, IReadOnlyList<T> others, Func<T, VmaName> nameOf, Func<T, T, IEnumerable<DifferenceElement>> compare)
    {
        Dictionary<VmaName, Queue<T>> rest = others.GroupBy(nameOf).ToDictionary(group => group.Key, group => new Queue<T>(group));
        foreach (T thing in ones)
        {
            if (!rest.TryGetValue(nameOf(thing), out Queue<T>? same) || !same.TryDequeue(out T? partner))
            {
                yield return new DifferenceElement(kind, nameOf(thing).ToString(), OnlyInA);
                continue;
            }

            foreach (DifferenceElement difference in compare(thing, partner))
            {
                yield return difference;
            }
        }

        foreach (T thing in others.Where(thing => rest[nameOf(thing)].Contains(thing)))
        {
            yield return new DifferenceElement(kind, nameOf(thing).ToString(), OnlyInB);
        }
    }

    private static IEnumerable<DifferenceElement> CompareConfigs(VmaConfig first, VmaConfig second) =>
        first.Data.Span.SequenceEqual(second.Data.Span) ? [] : [new DifferenceElement("config", first.Name.ToString(), Content, first.Data.Length, second.Data.Length)];

    private IEnumerable<DifferenceElement> CompareDisks(VmaDevice first, VmaDevice second)
    {
        string name = first.Name.ToString();
        VmaDisk firstDisk = one.OpenDisk(first), secondDisk = other.OpenDisk(second);
        (long firstSize, long secondSize) = (firstDisk.Length, secondDisk.Length);
        if (firstSize != secondSize)
        {
            yield return new DifferenceElement("device", name, Size, firstSize, secondSize);
        }

        var display = new ProgressDisplay(context.Terminal, $"comparing {name}", line: null);
        var progress = new Reached(display, Math.Min(firstSize, secondSize));
        IEnumerable<DiskRange> ranges = VmaDiff.Compare(Named(firstDisk, onePath), Named(secondDisk, otherPath), Math.Clamp(Environment.ProcessorCount, 1, 4), progress);
        foreach (DiskRange range in ranges.Where(range => range.Offset < Math.Min(firstSize, secondSize)))
        {
            yield return new DifferenceElement("device", name, Content, firstSize, secondSize, range.Offset, Math.Min(range.Length, Math.Min(firstSize, secondSize) - range.Offset));
        }
    }

    private static NamedDisk Named(VmaDisk disk, string path) => new(disk, path);

    private sealed class Reached(ProgressDisplay display, long total) : IProgress<long>
    {
        public void Report(long value) => display.Report(new VmaProgress(value, total, 0));
    }

    /// <summary>A disk whose failures name the archive.</summary>
    private sealed class NamedDisk(VmaDisk disk, string path) : IBlockSource
    {
        public long Length => disk.Length;

        public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                disk.ReadAt(offset, buffer, cancellationToken);
            }
            catch (VmaException damage)
            {
                throw new CommandException(ExitCode.Damaged, $"{ArchiveFile.DisplayName(path)}: {damage.Fault}", damage);
            }
            catch (IOException failure)
            {
                throw CommandException.Failed($"cannot read '{ArchiveFile.DisplayName(path)}': {Reason.Of(failure)}", failure);
            }
        }

        public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => disk.StatusAt(offset, cancellationToken);

        public void Dispose() => disk.Dispose();
    }
}
