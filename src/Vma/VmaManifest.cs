// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma;

/// <summary>What the header of an archive says: whose backup it is, its configuration files and its devices.</summary>
public sealed record VmaManifest
{
    /// <summary>The archive's identity; each extent repeats it.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>When the archive was made, in seconds since 1970-01-01 UTC. Any 64-bit value can be there.</summary>
    public required long CreationTime { get; init; }

    /// <summary>The configuration files, in the order of the header's table.</summary>
    public required IReadOnlyList<VmaConfig> Configs { get; init; }

    /// <summary>The disks and the RAM state, by device id.</summary>
    public required IReadOnlyList<VmaDevice> Devices { get; init; }

    /// <summary>Where the first extent starts: the header's length in bytes.</summary>
    public int HeaderLength { get; init; }

    /// <summary>
    /// Whether the header promises seals, the data checksums of docs/integrity.md. An archive can have them without the promise.
    /// </summary>
    public bool PromisesSeals { get; init; }

    /// <summary>What is odd about the header though it can be used; <see cref="VmaFaultCode.DeviceTooLarge"/> is the only error among it.</summary>
    public IReadOnlyList<VmaFault> Findings { get; init; } = [];

    /// <summary>The device of an id, or null.</summary>
    public VmaDevice? FindDevice(byte id) => Devices.FirstOrDefault(device => device.Id == id);

    /// <summary>The first device of a name, or null. Names need not be unique.</summary>
    public VmaDevice? FindDevice(VmaName name) => Devices.FirstOrDefault(device => device.Name == name);

    /// <summary>The first config of a name, or null. Names need not be unique.</summary>
    public VmaConfig? FindConfig(VmaName name) => Configs.FirstOrDefault(config => config.Name == name);
}

/// <summary>One configuration file in an archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its content, at most 65,535 bytes.</param>
public sealed record VmaConfig(VmaName Name, ReadOnlyMemory<byte> Data);

/// <summary>One device in an archive: a disk or the RAM state.</summary>
/// <param name="Id">Its id in the extents, 1 to 255.</param>
/// <param name="Name">Its name.</param>
/// <param name="DeclaredSize">Its size in bytes as the header has it; a hostile header can say anything.</param>
public sealed record VmaDevice(byte Id, VmaName Name, ulong DeclaredSize)
{
    /// <summary>Its size in bytes, at most <see cref="long.MaxValue"/>.</summary>
    public long Size => DeclaredSize > long.MaxValue ? long.MaxValue : (long)DeclaredSize;

    /// <summary>
    /// Whether this is the VM's RAM state and not a disk: the device is called <c>vmstate</c>. Its size is an estimate, its
    /// clusters come in order and may end sooner or later.
    /// </summary>
    public bool IsMemoryState => Name.Bytes.SequenceEqual(VmaLayout.MemoryStateName);

    /// <summary>How many clusters of 64 KiB its size takes.</summary>
    public long ClusterCount => VmaLayout.ClusterCount(Size);

    /// <summary>How many bytes of cluster <paramref name="cluster"/> lie before the end of the disk, 0 to 65,536.</summary>
    internal int LengthOf(long cluster) => (int)Math.Clamp(Size - cluster * VmaLayout.ClusterSize, 0, VmaLayout.ClusterSize);
}
