// SPDX-License-Identifier: MIT

namespace Vma.Fuzz;

/// <summary>What must hold for every damaged stream. A violation is an exception; nothing is swallowed but the library's own.</summary>
internal sealed class CompressedInvariants(CompressedSample sample, byte[] damaged)
{
    public void Check()
    {
        bool? sound = Verify();
        if (sound is not null)
        {
            Agrees("extract", sound.Value, Extract);
            Agrees("reading by cluster", sound.Value, static reader =>
            {
                while (reader.ReadCluster(out _))
                {
                }
            });
        }

        Salvage();
    }

    /// <summary>Null when not even the header can be read.</summary>
    private bool? Verify()
    {
        VmaReader reader;
        try
        {
            reader = new VmaReader(new MemoryStream(damaged));
        }
        catch (VmaException)
        {
            return null;
        }

        using (reader)
        {
            VmaReadReport report = VmaVerify.Run(reader);
            using var piped = new VmaReader(new ChunkedStream(damaged, seed: damaged.Length));
            Require(report.Findings.SequenceEqual(VmaVerify.Run(piped).Findings), "a pipe and a file are read differently");
            return report.Errors == 0;
        }
    }

    private void Agrees(string what, bool sound, Action<VmaReader> read)
    {
        using var reader = new VmaReader(new MemoryStream(damaged));
        bool passed = true;
        try
        {
            read(reader);
        }
        catch (VmaException)
        {
            passed = false;
        }

        Require(passed == sound, $"{what} disagrees with verify, which finds it {(sound ? "sound" : "damaged")}");
    }

    private void Extract(VmaReader reader)
    {
        Dictionary<VmaDevice, IBlockTarget> targets = reader.Manifest.Devices.ToDictionary(device => device, device => (IBlockTarget)new SparseDisk());
        VmaExtract.Run(reader, targets);
        bool isChecked = sample.Plain.IsSealed || !sample.Command.Contains("no-check", StringComparison.Ordinal);
        foreach ((VmaDevice device, IBlockTarget target) in targets.Where(_ => isChecked))
        {
            ((SparseDisk)target).RequireSubsetOf(sample.Plain.Images[device.Id]);
        }
    }

    private void Salvage()
    {
        var disks = new Dictionary<byte, SparseDisk>();
        VmaSalvageReport report;
        try
        {
            using var reader = new VmaSalvageReader(new MemoryStream(damaged));
            report = VmaSalvage.Run(reader, device => disks[device.Id] = new SparseDisk());
        }
        catch (VmaException)
        {
            return; // less than a header's length came out of the stream
        }

        foreach (VmaSalvagedDevice device in report.Devices.Where(device => report.Sealed && sample.Plain.Images.ContainsKey(device.Device.Id)))
        {
            disks[device.Device.Id].RequireSubsetOf(sample.Plain.Images[device.Device.Id]);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
