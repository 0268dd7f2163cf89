// SPDX-License-Identifier: MIT

namespace Vma.Fuzz.Cost;

/// <summary>Whatever an archive holds, reading it costs in proportion to its bytes and to those that come out.</summary>
[Collection(typeof(Alone))]
public sealed class ArchiveCostTests(ITestOutputHelper output)
{
    private const int Length = 1_000_000;
    private const int MutantsInATestRun = 150;
    private const int MostCostly = 32;

    public static TheoryData<string> Known => [.. Repetition.Known.Select(piece => piece.Name)];

    [Theory]
    [MemberData(nameof(Known))]
    public void One_piece_again_and_again_costs_in_proportion(string name)
    {
        Repetition known = Repetition.Known.Single(piece => piece.Name == name);
        ArchiveWork.Require(known.Make(Length), known.IsDense ? WorkBound.Dense : WorkBound.Usual);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(200_000_000)]
    [InlineData(268_435_454)]
    public void A_seek_table_that_a_sparse_file_claims_costs_what_the_file_stores(uint entries)
    {
        byte[] sound = Tool.Run("zstd -c", ArchiveBuilder.Sound().Build());
        uint hole = entries * 8, content = hole + 9;
        long table = sound.Length + 8 + hole;
        ArchiveWork.RequireAnywhere(new CountedStream(
            (0, sound),
            (sound.Length, [.. BitConverter.GetBytes(0x184D2A50), .. BitConverter.GetBytes(hole)]),
            (table, [.. BitConverter.GetBytes(0x184D2A5E), .. BitConverter.GetBytes(content)]),
            (table + 8 + hole, [.. BitConverter.GetBytes(entries), 0, .. BitConverter.GetBytes(0x8F92EAB1)])));
    }

    /// <summary>
    /// Mutants, and slices of them repeated. When it runs for long, what costs most is made more of: the inputs that used the largest shares of their
    /// bounds are the next ones that are changed.
    /// </summary>
    [Fact]
    public void Mutants_cost_in_proportion()
    {
        CompressedSample[] samples = CompressedSample.MakeAll(1);
        var costly = new PriorityQueue<byte[], double>();
        CostRun.Run(output, "cost.vma", MutantsInATestRun, (random, isLong) =>
        {
            if (isLong && random.Next(500) == 0)
            {
                return Repetition.Slow.Value[random.Next(Repetition.Slow.Value.Count)].Make(Length);
            }

            byte[] input = isLong && costly.Count > 0 && random.Next(2) == 0 ? costly.UnorderedItems.ElementAt(random.Next(costly.Count)).Element
                : random.Next(3) == 0 ? MutantOf(random) : samples[random.Next(samples.Length)].Compressed;
            byte[] damaged = random.Next(2) == 0 ? input : CompressedFuzzTests.Damage(random, input, out _);
            return damaged.Length == 0 || random.Next(3) == 0 ? damaged
                : Repetition.Any(random, damaged).Make(random.Next(40) == 0 ? Length : random.Next(damaged.Length, damaged.Length + 60_000));
        },
        archive =>
        {
            double share = ArchiveWork.Require(archive, WorkBound.Dense);
            costly.Enqueue(archive, share);
            if (costly.Count > MostCostly)
            {
                costly.Dequeue();
            }
        });
    }

    private static byte[] MutantOf(Random random)
    {
        int seed = random.Next(1 << 20);
        return Mutator.Make(seed, Sample.Make(seed), Sample.Make(seed + 1)).Archive;
    }
}
