// SPDX-License-Identifier: MIT

namespace Vma.Testing;

/// <summary>
/// Seekable archives whose seek table and cluster map lead a reader at any place to other bytes than a pass forward comes upon. All checksums are right.
/// </summary>
public static class Forgery
{
    private const int Cluster = ArchiveBuilder.Cluster;
    private const int Clusters = 4;

    /// <summary>What a pass forward reads of each disk.</summary>
    public static byte[] Good { get; } = Filled("GOOD");

    private static byte[] Evil { get; } = Filled("EVIL");

    /// <summary>The archive that is told as it is.</summary>
    public static byte[] Honest(bool isSealed) => SeekableDraft.Of(Archive(isSealed, Good)).Build();

    /// <summary>A skippable frame hides another archive's frames, which table and map name in place of the ones that are there.</summary>
    public static byte[] HiddenFrames(bool isSealed)
    {
        List<byte[]> good = SeekableDraft.Parts(Archive(isSealed, Good)), evil = SeekableDraft.Parts(Archive(isSealed, Evil));
        var draft = new SeekableDraft();
        good.ForEach(part => draft.Frame(part));
        byte[][] hidden = [.. evil.Skip(1).Select(SeekableDraft.FrameOf)];
        draft.Raw(SeekableDraft.Skippable(SeekableDraft.MapMagic, [.. hidden.SelectMany(static frame => frame)]));
        (int compressed, int plain) = draft.Table[^1];
        draft.Table[^1] = (compressed + 8, plain);
        draft.Map.Clear();
        for (int i = 0; i < hidden.Length; i++)
        {
            draft.Map.AddRange(SeekableDraft.MapEntry.Of((uint)draft.Table.Count, evil[i + 1]));
            draft.Table.Add((hidden[i].Length, evil[i + 1].Length));
        }

        return draft.Build();
    }

    /// <summary>
    /// As <see cref="HiddenFrames"/>, but only the disk with id 2 is another one: to see it a reader must look at a frame of the disk with id 1, in whose
    /// place the table tells that frame and the beginning of what hides the others.
    /// </summary>
    public static byte[] HiddenFrameOfAnotherDisk(bool isSealed)
    {
        List<byte[]> good = SeekableDraft.Parts(TwoDisks(isSealed, Good)), evil = SeekableDraft.Parts(TwoDisks(isSealed, Evil));
        SeekableDraft draft = new SeekableDraft().Frame(good[0]).Frame(good[1]);
        byte[][] hidden = [.. evil.Skip(2).Select(SeekableDraft.FrameOf)];
        draft.Raw(SeekableDraft.Skippable(SeekableDraft.MapMagic, [.. hidden.SelectMany(static frame => frame)]));
        draft.Table[1] = (draft.Table[1].Compressed + 8, draft.Table[1].Plain);
        for (int i = 0; i < hidden.Length; i++)
        {
            draft.Map.AddRange(SeekableDraft.MapEntry.Of((uint)draft.Table.Count, evil[i + 2]));
            draft.Table.Add((hidden[i].Length, evil[i + 2].Length));
        }

        // What a pass forward comes upon behind what is hidden is told to be a null extent, for which no reader at any place looks.
        byte[] shown = [.. good.Skip(2).SelectMany(SeekableDraft.FrameOf)];
        draft.Raw(shown).Table.Add((shown.Length, ExtentDraft.HeaderLength));
        return draft.Build();
    }

    /// <summary>
    /// The header of an extent ends one frame, and its data begins the next one with what looks like the header of another extent.
    /// </summary>
    /// <param name="content">What a pass forward reads of the disk.</param>
    public static byte[] ExtentInsideData(out byte[] content)
    {
        content = [.. Good];
        LastClusters(Evil)[..ExtentDraft.HeaderLength].CopyTo(content, Cluster);
        byte[] outer = LastClusters(content);
        List<byte[]> parts = SeekableDraft.Parts(new ArchiveBuilder().WholeDisk(1, "drive-scsi0", content, perExtent: 1).Build());
        byte[] nothing = new ExtentDraft().ToBytes(new ArchiveBuilder().Uuid);
        return new SeekableDraft().Frame(parts[0]).Frame([.. parts[1], .. outer[..ExtentDraft.HeaderLength]])
            .Frame([.. outer[ExtentDraft.HeaderLength..], .. nothing]).Build();
    }

    /// <summary>All clusters are there twice, with other bytes, and the map names one of them.</summary>
    public static byte[] Repeated(bool isSealed)
    {
        ArchiveBuilder builder = Builder(isSealed).WholeDisk(1, "drive-scsi0", Good);
        ExtentDraft again = builder.Extent();
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            again.Cluster(1, (uint)cluster, Evil.AsSpan(cluster * Cluster, Cluster));
        }

        var draft = SeekableDraft.Of(builder.Build());
        draft.Map.RemoveAll(static entry => entry.Frame == 2);
        return draft.Build();
    }

    /// <summary>An extent with all clusters of the disk but the first one.</summary>
    private static byte[] LastClusters(byte[] content)
    {
        var extent = new ExtentDraft();
        for (int cluster = 1; cluster < Clusters; cluster++)
        {
            extent.Stored(1, (uint)cluster, 0xffff, content.AsSpan(cluster * Cluster, Cluster));
        }

        return extent.ToBytes(new ArchiveBuilder().Uuid);
    }

    private static ArchiveBuilder Builder(bool isSealed) => new() { Sealed = isSealed, PromisesSeals = isSealed };

    private static byte[] Archive(bool isSealed, byte[] content) => Builder(isSealed).WholeDisk(1, "drive-scsi0", content).Build();

    private static byte[] TwoDisks(bool isSealed, byte[] second) =>
        Builder(isSealed).WholeDisk(1, "drive-scsi0", Good).WholeDisk(2, "drive-scsi1", second).Build();

    private static byte[] Filled(string word) =>
        [.. Enumerable.Repeat(System.Text.Encoding.ASCII.GetBytes(word), Clusters * Cluster / word.Length).SelectMany(static bytes => bytes)];
}
