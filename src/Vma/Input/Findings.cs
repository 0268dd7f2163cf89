// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>Takes faults from several threads, passes each on, counts all and keeps the first ones, neighbours as one. Thread-safe.</summary>
internal sealed class Findings(IReadOnlyList<VmaFault> fromHeader, Action<VmaFault>? onFinding)
{
    /// <summary>Workers come upon neighbours in turn, so only the last ones that are kept can be continued.</summary>
    private const int LookedAt = 64;

    private readonly Lock _gate = new();
    private readonly List<VmaFault> _kept = [.. fromHeader];
    private long _errors = fromHeader.Count(finding => finding.Severity == VmaSeverity.Error);
    private long _warnings = fromHeader.Count(finding => finding.Severity == VmaSeverity.Warning);

    public void Report(VmaFault fault)
    {
        lock (_gate)
        {
            onFinding?.Invoke(fault);
            (_errors, _warnings) = fault.Severity == VmaSeverity.Error ? (_errors + 1, _warnings) : (_errors, _warnings + 1);
            if (!TryJoin(fault) && _kept.Count < VmaReadReport.MaxFindings)
            {
                _kept.Add(fault);
            }
        }
    }

    /// <summary>Whether nothing was wrong, and nothing stood behind the archive.</summary>
    public bool AreSound
    {
        get
        {
            lock (_gate)
            {
                return _errors == 0 && !_kept.Exists(static finding => finding.Code == VmaFaultCode.ZeroPadding);
            }
        }
    }

    /// <summary>Takes findings for a reader that stops at the first error.</summary>
    public static void ThrowErrors(VmaFault fault)
    {
        if (fault.Severity == VmaSeverity.Error)
        {
            throw new VmaException(fault);
        }
    }

    public (IReadOnlyList<VmaFault> Kept, long Errors, long Warnings) Summary()
    {
        lock (_gate)
        {
            return (Sorted(), _errors, _warnings);
        }
    }

    private bool TryJoin(VmaFault fault)
    {
        for (int i = _kept.Count - 1; i >= Math.Max(0, _kept.Count - LookedAt); i--)
        {
            if (_kept[i].Join(fault) is { } joined)
            {
                _kept[i] = joined;
                return true;
            }
        }

        return false;
    }

    // Workers find faults in any order; the report does not depend on it.
    private IReadOnlyList<VmaFault> Sorted() =>
        [.. Joined().OrderBy(fault => fault.Offset).ThenBy(fault => fault.Code).ThenBy(fault => fault.DeviceId).ThenBy(fault => fault.Cluster)];

    /// <summary>What is kept, with all neighbours joined whose neighbourhood showed late.</summary>
    private List<VmaFault> Joined()
    {
        var joined = new List<VmaFault>();
        foreach (VmaFault fault in _kept.OrderBy(fault => fault.Code).ThenBy(fault => fault.DeviceId).ThenBy(fault => fault.Message, StringComparer.Ordinal)
            .ThenBy(fault => fault.CompressedOffset).ThenBy(fault => fault.DiskOffset))
        {
            if (joined.Count > 0 && joined[^1].Join(fault) is { } both)
            {
                joined[^1] = both;
            }
            else
            {
                joined.Add(fault);
            }
        }

        return joined;
    }
}
