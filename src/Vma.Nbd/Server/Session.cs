// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>What a client and the server agreed on.</summary>
/// <param name="Export">The export.</param>
/// <param name="Writable">Whether the client may write.</param>
/// <param name="Structured">Whether answers are structured.</param>
/// <param name="Allocation">Whether the client may ask for base:allocation.</param>
internal sealed record Session(NbdExport Export, bool Writable, bool Structured, bool Allocation)
{
    /// <summary>The number of base:allocation in answers.</summary>
    public const uint AllocationNumber = 1;

    public static TransmissionFlags FlagsOf(NbdExport export, bool writable, bool structured) =>
        TransmissionFlags.HasFlags | TransmissionFlags.CanMultiConnect
        | (structured ? TransmissionFlags.SendDoNotFragment : TransmissionFlags.None)
        | (export.Source is null ? TransmissionFlags.None : TransmissionFlags.SendCache)
        | (writable
            ? TransmissionFlags.SendFlush | TransmissionFlags.SendForceUnitAccess | TransmissionFlags.SendTrim | TransmissionFlags.SendWriteZeroes
            : TransmissionFlags.ReadOnly);
}
