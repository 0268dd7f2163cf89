// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Extents;
using Vma.Format;

namespace Vma.Fuzz;

/// <summary>What must hold for every mutant. A violation is an exception; nothing is swallowed but the library's own.</summary>
internal sealed class Invariants(Mutant mutant)
{
    /// <summary>Disks of a mutant that claim more are left out of what is restored into memory.</summary>
    private const long MaxImage = 4 << 20;

    public void Check()
    {
        bool sound = Verify(out bool readable);
        if (readable)
        {
            ExtractAgrees(sound);
            ReadClusterAgrees(sound);
            RepackAgrees(sound);
        }

        Salvage();
    }

    private bool Verify(out bool readable)
    {
        readable = false;
        try
        {
            using VmaReader reader = Open(new MemoryStream(mutant.Archive));
            readable = true;
            VmaReadReport report = VmaVerify.Run(reader);
            using VmaReader chunked = Open(new ChunkedStream(mutant.Archive, seed: mutant.Archive.Length));
            VmaReadReport same = VmaVerify.Run(chunked);
            Require(report.Findings.SequenceEqual(same.Findings), "a pipe and a file are read differently");
            using VmaReader again = Open(new MemoryStream(mutant.Archive));
            VmaReadReport quick = VmaVerify.Run(again, new VmaVerifyOptions { ReadData = false });
            Require(report.Errors > 0 || quick.Errors == 0, "a quick look finds what a whole one does not");
            return report.Errors == 0;
        }
        catch (VmaException)
        {
            return false;
        }
    }

    private void ExtractAgrees(bool sound)
    {
        using VmaReader reader = Open(new MemoryStream(mutant.Archive));
        var targets = new Dictionary<VmaDevice, IBlockTarget>();
        foreach (VmaDevice device in reader.Manifest.Devices)
        {
            targets.Add(device, device is { IsMemoryState: false, Size: <= MaxImage } ? new MemoryDisk((int)device.Size) : new NullTarget(device.Size));
        }

        try
        {
            VmaExtract.Run(reader, targets);
        }
        catch (VmaException)
        {
            Require(!sound, "extract refuses what verify finds sound");
            return;
        }

        Require(sound, "extract accepts what verify finds damaged");
        if (!mutant.Resealed)
        {
            SameAsSample(targets);
        }
    }

    /// <summary>When checksums were not forged, what passes is what was there; of a plain archive's data this cannot be known.</summary>
    private void SameAsSample(Dictionary<VmaDevice, IBlockTarget> targets)
    {
        foreach ((VmaDevice device, IBlockTarget target) in targets)
        {
            if (target is MemoryDisk disk && (mutant.Sample.IsSealed || mutant.Touched is { } touched && touched.All(range => range.Length == 0)))
            {
                Require(disk.Content.AsSpan().SequenceEqual(mutant.Sample.Images[device.Id]), $"device {device.Id} was restored otherwise than it was");
            }
        }
    }

    private void ReadClusterAgrees(bool sound)
    {
        using VmaReader reader = Open(new MemoryStream(mutant.Archive));
        bool passed = true;
        try
        {
            while (reader.ReadCluster(out _))
            {
            }
        }
        catch (VmaException)
        {
            passed = false;
        }

        bool tooLarge = reader.Manifest.Findings.Any(finding => finding.Severity == VmaSeverity.Error);
        Require(passed == sound || tooLarge, "reading by cluster disagrees with verify");
    }

    /// <summary>Goes over the index of clusters: what is sound is found by it, and written anew as it was.</summary>
    private void RepackAgrees(bool sound)
    {
        var output = new MemoryStream();
        try
        {
            VmaRepack.Run(new MemoryStream(mutant.Archive), output, new VmaRepackOptions { Parallelism = 1 });
        }
        catch (VmaException)
        {
            Require(!sound, "repack refuses what verify finds sound");
            return;
        }
        catch (ArgumentException)
        {
            return; // names and configs that no header of ours has room for, or nothing at all
        }

        Require(sound, "repack accepts what verify finds damaged");
        output.Position = 0;
        using VmaReader repacked = Open(output);
        VmaReadReport report = VmaVerify.Run(repacked);
        Require(report is { Errors: 0, DataChecked: true } || report.Devices.All(device => device.Clusters == 0), "what repack writes is not sound");
    }

    private void Salvage()
    {
        var disks = new Dictionary<byte, SparseDisk>();
        VmaSalvageReport report;
        try
        {
            using var reader = new VmaSalvageReader(new MemoryStream(mutant.Archive));
            report = VmaSalvage.Run(reader, device => disks[device.Id] = new SparseDisk());
        }
        catch (VmaException)
        {
            Require(mutant.Archive.Length < HeaderLayout.FixedLength, "salvage gives up though there is an archive");
            return;
        }

        if (!mutant.Resealed)
        {
            NothingWrong(report, disks);
            NothingUndamagedLost(report);
        }
    }

    /// <summary>All that salvage gives of a sealed archive is right, unless its checksums were forged.</summary>
    private void NothingWrong(VmaSalvageReport report, Dictionary<byte, SparseDisk> disks)
    {
        foreach (VmaSalvagedDevice device in report.Devices.Where(device => report.Sealed && mutant.Sample.Images.ContainsKey(device.Device.Id)))
        {
            byte[] image = mutant.Sample.Images[device.Device.Id];
            disks[device.Device.Id].RequireSubsetOf(image);
        }
    }

    private void NothingUndamagedLost(VmaSalvageReport report)
    {
        if (mutant.Touched is null || mutant.IsTouched(0, mutant.Sample.Extents[0].Offset))
        {
            return;
        }

        for (int i = 0; i < mutant.Sample.Extents.Count; i++)
        {
            ExtentAt extent = mutant.Sample.Extents[i];
            bool headerHit = mutant.IsTouched(extent.Offset, ExtentLayout.HeaderLength);
            bool sealHit = mutant.Sample.IsSealed && !extent.IsZero && mutant.IsTouched(extent.End, ExtentLayout.HeaderLength);
            if (!extent.HasClusters || headerHit || sealHit)
            {
                continue;
            }

            foreach (Slot slot in Slot.Of(new ExtentHeader(mutant.Sample.Archive.AsSpan(extent.Offset))))
            {
                bool hit = mutant.IsTouched(extent.Offset + ExtentLayout.HeaderLength + slot.DataOffset, slot.DataLength);
                Require(hit || !IsLost(report, slot), $"cluster {slot.Info.Cluster} of device {slot.Info.DeviceId} is lost though nothing touched it");
            }
        }
    }

    private static bool IsLost(VmaSalvageReport report, Slot slot)
    {
        long offset = (long)slot.Info.Cluster * VmaCluster.Size;
        return report.Devices.Single(device =>
            device.Device.Id == slot.Info.DeviceId).Lost.Any(range => range.Offset <= offset && range.Offset + range.Length > offset);
    }

    private static VmaReader Open(Stream stream) => new(stream);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
