// SPDX-License-Identifier: MIT

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

    /// <summary>Whether something lacks when no extent stands behind the header: an archive of configs only has none.</summary>
    internal bool NeedsExtents => Devices.Count > 0 || PromisesSeals;

    /// <summary>Refuses a device that is larger than clusters can address.</summary>
    internal void ThrowIfTooLarge(VmaDevice device)
    {
        if (Findings.FirstOrDefault(finding => finding.Code == VmaFaultCode.DeviceTooLarge && finding.DeviceId == device.Id) is { } tooLarge)
        {
            throw new VmaException(tooLarge);
        }
    }
}
