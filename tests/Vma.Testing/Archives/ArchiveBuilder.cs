// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma.Testing;

/// <summary>
/// Makes archives byte by byte from what docs/format.md says, valid ones and deliberately broken ones, and owes nothing to the library's
/// writer. The only place where tests corrupt bytes. What is not asked for is right, the MD5s too.
/// </summary>
public sealed partial class ArchiveBuilder
{
    public const int Block = 4096;
    public const int Cluster = 65536;
    public const int FixedLength = 12288;
    public const int ConfigNames = 2044;
    public const int ConfigData = 3068;
    public const int DeviceTable = 4096;

    private readonly List<(byte[] Name, byte[] Data)> _configs = [];
    private readonly List<(byte Id, byte[] Name, ulong Size)> _devices = [];
    private readonly List<ExtentDraft> _extents = [];
    private readonly List<(int Before, byte[] Bytes)> _foreign = [];

    public Guid Uuid { get; init; } = new("d5ab6f1e-6a43-4b9c-8c1e-0f7f7a2c9b10");

    public long CreationTime { get; init; } = 1_700_000_000;

    /// <summary>Whether each extent with data gets a seal, and the archive its end mark.</summary>
    public bool Sealed { get; init; }

    /// <summary>Whether the header says that the archive is sealed, by a blob that nothing points to.</summary>
    public bool PromisesSeals { get; init; }

    /// <summary>Where the first extent starts, when not right behind the blobs at a multiple of 512.</summary>
    public int? HeaderLength { get; init; }

    /// <summary>A small sound archive: a config, and a disk of three clusters, the last of which is cut off at 3,000 bytes, in two extents.</summary>
    public static ArchiveBuilder Sound() => new ArchiveBuilder()
        .Config("qemu-server.conf", "cores: 2\n")
        .Device(1, "drive-scsi0", 2 * Cluster + 3000)
        .Extent(extent => extent.Slot(1, 0, 0xffff).Slot(1, 1, 0x8011))
        .Extent(extent => extent.Slot(1, 2, 0x0001, length: 3000));

    public ArchiveBuilder Config(string name, params byte[] data) => Config(Encoding.UTF8.GetBytes(name), data);

    public ArchiveBuilder Config(string name, string data) => Config(name, Encoding.UTF8.GetBytes(data));

    public ArchiveBuilder Config(byte[] name, byte[] data) => ConfigOfBlobs([.. name, 0], data);

    /// <summary>A config whose name need not end in NUL.</summary>
    public ArchiveBuilder ConfigOfBlobs(byte[] name, byte[] data)
    {
        _configs.Add((name, data));
        return this;
    }

    public ArchiveBuilder Device(byte id, string name, ulong size) => Device(id, Encoding.UTF8.GetBytes(name), size);

    public ArchiveBuilder Device(byte id, byte[] name, ulong size) => DeviceOfBlob(id, [.. name, 0], size);

    /// <summary>A device whose name need not end in NUL.</summary>
    public ArchiveBuilder DeviceOfBlob(byte id, byte[] name, ulong size)
    {
        _devices.Add((id, name, size));
        return this;
    }

    /// <summary>A further extent, for the caller to fill.</summary>
    public ExtentDraft Extent()
    {
        _extents.Add(new ExtentDraft());
        return _extents[^1];
    }

    /// <summary>A further extent, which <paramref name="fill"/> fills.</summary>
    public ArchiveBuilder Extent(Action<ExtentDraft> fill)
    {
        fill(Extent());
        return this;
    }

    /// <summary>Bytes that are no extent, behind those that were added so far.</summary>
    public ArchiveBuilder Raw(params byte[] bytes)
    {
        _foreign.Add((_extents.Count, bytes));
        return this;
    }

    /// <summary>A null extent with a payload that the test chooses.</summary>
    public ExtentDraft Null(params byte[] payload)
    {
        ExtentDraft draft = Extent();
        draft.Payload = payload;
        return draft;
    }

    /// <summary>A disk with all of its clusters stored whole, 58 an extent, in blocks of which no two are alike.</summary>
    public ArchiveBuilder WholeDisk(byte id, string name, int clusters)
    {
        Device(id, name, (ulong)clusters * Cluster);
        foreach (int[] part in Enumerable.Range(0, clusters).Chunk(58))
        {
            Extent(extent => Array.ForEach(part, cluster => extent.Slot(id, (uint)cluster, 0xffff)));
        }

        return this;
    }

    /// <summary>A disk with all of its clusters, 58 an extent.</summary>
    public ArchiveBuilder WholeDisk(byte id, string name, byte[] content, int perExtent = 58)
    {
        Device(id, name, (ulong)content.Length);
        ExtentDraft? draft = null;
        for (int at = 0; at < content.Length; at += Cluster)
        {
            draft = draft is null || draft.SlotCount == perExtent ? Extent() : draft;
            draft.Cluster(id, (uint)(at / Cluster), content.AsSpan(at, Math.Min(Cluster, content.Length - at)));
        }

        return this;
    }

    public byte[] Build()
    {
        var archive = new List<byte>(Header());
        var seals = new Sealer(Uuid);
        for (int i = 0; i < _extents.Count; i++)
        {
            ExtentDraft draft = _extents[i];
            AddForeign(i);
            draft.Offset = archive.Count;
            archive.AddRange(draft.ToBytes(Uuid));
            if (Sealed && draft.HasData)
            {
                archive.AddRange(seals.SealOf(draft));
            }
            else if (draft.HasClusters)
            {
                seals.Count(draft);
            }
        }

        if (Sealed)
        {
            archive.AddRange(seals.EndMark(archive.Count));
        }

        AddForeign(_extents.Count);
        return [.. archive];

        void AddForeign(int before) => _foreign.Where(bytes => bytes.Before == before).ToList().ForEach(bytes => archive.AddRange(bytes.Bytes));
    }

    /// <summary>What a restored device holds.</summary>
    public byte[] ImageOf(int device, int size)
    {
        var image = new byte[(size + Cluster - 1) / Cluster * Cluster];
        _extents.ForEach(extent => extent.CopyTo(image, (byte)device));
        return image[..size];
    }
}
