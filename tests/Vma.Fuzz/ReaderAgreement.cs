// SPDX-License-Identifier: MIT

namespace Vma.Fuzz;

/// <summary>
/// The oracle of all readers: what a pass forward and a reader at any place both give of a cluster is the same, and of an archive that verify finds good
/// both give everything.
/// </summary>
internal sealed class ReaderAgreement(byte[] archive, int seed)
{
    /// <summary>Disks that claim more are looked at in their first clusters only.</summary>
    private const int MostClusters = 64;

    private readonly Dictionary<(byte Device, long Cluster), byte[]> _forward = [];

    /// <summary>Whether the mutant was found good, so that a test can tell how many were.</summary>
    public bool Check()
    {
        if (Verify() is not { } isGood)
        {
            return false;
        }

        bool passed = ReadForward(out bool isWhole);
        if (isWhole)
        {
            Require(passed || !isGood, "reading by cluster refuses what verify finds good");
            ReadAnywhere(new VmaArchiveOptions { Parallelism = 2 }, mustRead: isGood);
            if (isGood)
            {
                ReadAnywhere(new VmaArchiveOptions { Parallelism = 1, ProvenBytes = 0 }, mustRead: true);
            }
        }

        return isGood;
    }

    /// <summary>Null when not even the header can be read, or the header is not sound.</summary>
    private bool? Verify()
    {
        try
        {
            using var reader = new VmaReader(new MemoryStream(archive));
            VmaReadReport report = VmaVerify.Run(reader);
            using var piped = new VmaReader(new ChunkedStream(archive, seed));
            Require(report.Findings.SequenceEqual(VmaVerify.Run(piped).Findings), "a pipe and a file are read differently");
            return report.Errors == 0;
        }
        catch (VmaException)
        {
            return null;
        }
    }

    /// <summary>Reads until the first fault. Whole is what is no RAM state, whose length a fault changes.</summary>
    private bool ReadForward(out bool isWhole)
    {
        using var reader = new VmaReader(new MemoryStream(archive));
        isWhole = !reader.Manifest.Devices.Any(device => device.IsMemoryState);
        try
        {
            while (reader.ReadCluster(out VmaCluster cluster))
            {
                var content = new byte[VmaCluster.Size];
                cluster.CopyTo(content);
                _forward[(cluster.Device.Id, cluster.Number)] = content;
            }

            return true;
        }
        catch (VmaException)
        {
            return false;
        }
    }

    private void ReadAnywhere(VmaArchiveOptions options, bool mustRead)
    {
        VmaArchive opened;
        try
        {
            opened = VmaArchive.Open(new MemoryStream(archive), options);
        }
        catch (VmaException refused)
        {
            Require(!mustRead || refused.Fault.Code == VmaFaultCode.NotSeekable, $"a good archive cannot be opened: {refused.Message}");
            return;
        }

        using (opened)
        {
            foreach (VmaDevice device in opened.Manifest.Devices.Where(device => device.DeclaredSize <= VmaCluster.LargestDisk))
            {
                VmaDisk disk = opened.OpenDisk(device);
                long[] clusters = [.. Enumerable.Range(0, (int)Math.Min(device.ClusterCount, MostClusters)).Select(number => (long)number)];
                new Random(seed).Shuffle(clusters);
                Array.ForEach(clusters, cluster => ReadCluster(disk, cluster, mustRead));
            }
        }
    }

    private void ReadCluster(VmaDisk disk, long cluster, bool mustRead)
    {
        long start = cluster * VmaCluster.Size;
        var read = new byte[Math.Min(VmaCluster.Size, disk.Length - start)];
        bool isHole;
        try
        {
            isHole = disk.StatusAt(start).ReadsAsZeroes;
            disk.ReadAt(start, read);
        }
        catch (VmaException refused)
        {
            Require(!mustRead, $"a good archive's cluster {cluster} of '{disk.Device.Name}' is refused: {refused.Message}");
            return;
        }

        bool isKnown = _forward.TryGetValue((disk.Device.Id, cluster), out byte[]? forward);
        Require(isKnown || !mustRead, $"cluster {cluster} of '{disk.Device.Name}' is read that a pass forward did not give");
        Require(!isKnown || forward.AsSpan(0, read.Length).SequenceEqual(read), $"cluster {cluster} of '{disk.Device.Name}' is read as other bytes");
        Require(!isHole || read[0] == 0, $"cluster {cluster} of '{disk.Device.Name}' begins with zeros, and does not read so");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
