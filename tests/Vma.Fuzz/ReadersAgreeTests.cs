// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Compression;
using Vma.Compression.Formats;

namespace Vma.Fuzz;

/// <summary>
/// Forward and random reading agree on every mutant. <c>VMA_FUZZ_SECONDS</c> and <c>VMA_FUZZ_SEED</c> are those of <see cref="FuzzTests"/>.
/// </summary>
public sealed class ReadersAgreeTests(ITestOutputHelper output)
{
    private const int MutantsInATestRun = 800;

    [Fact]
    public void Forged_frames_seek_tables_and_cluster_maps_never_read_as_other_bytes() => Run("forged.vma.zst", leastGood: 10, Forger.Make);

    [Fact]
    public void Mutants_of_plain_archives_never_read_as_other_bytes() => Run("mutant.vma", leastGood: 1, Mutated);

    [Fact]
    public void Mutants_in_frames_with_tables_that_fit_never_read_as_other_bytes() => Run("mutant.vma.zst", leastGood: 1, static seed =>
    {
        byte[] archive = Mutated(seed);
        int[] starts = [0, .. ExtentMap.Of(archive).Where(static extent => extent.HasClusters).Select(static extent => extent.Offset), archive.Length];
        var draft = new SeekableDraft();
        foreach ((int start, int end) in starts.Zip(starts.Skip(1)))
        {
            draft.Frame(archive[start..end]);
        }

        return draft.Build();
    });

    [Fact]
    public void Mutants_in_lzop_never_read_as_other_bytes() => Run("mutant.vma.lzo", leastGood: 1, static seed =>
    {
        ArchiveEncoding encoding = Encodings.For(VmaCompression.Lzo);
        using IFrameEncoder encoder = encoding.CreateEncoder();
        byte[] encoded = [.. encoding.Start, .. encoder.Encode(Mutated(seed)), .. encoding.End()];
        var random = new Random(seed);
        if (random.Next(3) == 0)
        {
            encoded[random.Next(encoded.Length)] ^= (byte)(1 << random.Next(8));
        }

        return encoded;
    });

    private static byte[] Mutated(int seed)
    {
        Sample sample = Sample.Make(seed / 50), other = Sample.Make(seed / 50 + 1);
        return seed % 50 == 0 ? sample.Archive : Mutator.Make(seed, sample, other).Archive;
    }

    private void Run(string name, int leastGood, Func<int, byte[]> make)
    {
        int start = FuzzTests.Setting("VMA_FUZZ_SEED") ?? 1;
        TimeSpan? duration = FuzzTests.Setting("VMA_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var watch = Stopwatch.StartNew();
        int done = 0, good = 0;
        for (; duration is { } limit ? watch.Elapsed < limit : done < MutantsInATestRun; done++)
        {
            int seed = unchecked(start * 100_000 + done) & int.MaxValue;
            byte[] archive = make(seed);
            try
            {
                good += new ReaderAgreement(archive, seed).Check() ? 1 : 0;
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}, saved as {FuzzTests.Save($"{seed}-{name}", archive)}: {failure}");
            }
        }

        output.WriteLine($"{done} mutants from seed {start} on in {watch.Elapsed}, {good} of them good");
        Assert.True(done < MutantsInATestRun || good >= leastGood, $"only {good} of {done} mutants are good, so that little was compared");
    }
}
