// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>
/// Tells findings while they come, neighbours in one line: a range is told when many others were begun since, or at the end. Not thread-safe.
/// </summary>
/// <param name="write">Writes a line.</param>
/// <param name="all">Whether each finding gets a line of its own, at once.</param>
internal sealed class FindingLines(Action<VmaFault> write, bool all)
{
    /// <summary>Several threads are at work on some ranges of some disks each.</summary>
    private const int MostOpen = 64;

    private readonly List<VmaFault> _open = [];

    public void Add(VmaFault finding)
    {
        if (all || (finding.Cluster is null && finding.Code != VmaFaultCode.SealMissing))
        {
            write(finding);
            return;
        }

        if (!TryJoin(finding))
        {
            _open.Add(finding);
        }

        if (_open.Count > MostOpen)
        {
            write(_open[0]);
            _open.RemoveAt(0);
        }
    }

    /// <summary>All findings came.</summary>
    public void Complete()
    {
        VmaFault[] rest = [.. _open.OrderBy(finding => finding.DiskOffset)];
        _open.Clear();
        foreach (VmaFault finding in rest)
        {
            if (!TryJoin(finding))
            {
                _open.Add(finding);
            }
        }

        foreach (VmaFault finding in _open.OrderBy(finding => finding.Offset))
        {
            write(finding);
        }

        _open.Clear();
    }

    private bool TryJoin(VmaFault finding)
    {
        for (int i = 0; i < _open.Count; i++)
        {
            if (_open[i].Join(finding) is { } joined)
            {
                _open[i] = joined;
                return true;
            }
        }

        return false;
    }
}
