// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>Takes faults from several threads, passes each on, counts all and keeps the first ones. Thread-safe.</summary>
internal sealed class Findings(IReadOnlyList<VmaFault> fromHeader, Action<VmaFault>? onFinding)
{
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
            if (_kept.Count < VmaReadReport.MaxFindings)
            {
                _kept.Add(fault);
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

    // Workers find faults in any order; the report does not depend on it.
    private IReadOnlyList<VmaFault> Sorted() =>
        [.. _kept.OrderBy(fault => fault.Offset).ThenBy(fault => fault.Code).ThenBy(fault => fault.DeviceId).ThenBy(fault => fault.Cluster)];
}
