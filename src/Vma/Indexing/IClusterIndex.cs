// SPDX-License-Identifier: MIT

namespace Vma.Indexing;

/// <summary>Where each cluster of an archive is. Thread-safe.</summary>
internal interface IClusterIndex
{
    /// <summary>The range that a cluster lies in; null when no extent has the cluster.</summary>
    ClusterRange? Find(byte device, uint cluster);

    /// <summary>As <see cref="Find(byte, uint)"/>, but a caller that waits for what is not known yet stops waiting when the token is cancelled.</summary>
    ClusterRange? Find(byte device, uint cluster, CancellationToken cancellationToken) => Find(device, cluster);

    /// <summary>As <see cref="Find(byte, uint)"/>, but of an index that is still made it gives null for what is not known yet, and does not wait.</summary>
    ClusterRange? FindKnown(byte device, uint cluster) => Find(device, cluster);

    /// <summary>Whether a cluster is there more than once, so that none of them can be trusted.</summary>
    bool IsRepeated(byte device, uint cluster);

    ref ExtentPlace ExtentAt(int number);

    /// <summary>One more than the highest cluster of a device.</summary>
    long EndOf(byte device);
}
