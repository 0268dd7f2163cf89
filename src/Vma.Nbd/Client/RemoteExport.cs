// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>What a server told of an export, checked.</summary>
internal sealed record RemoteExport(long Length, TransmissionFlags Flags)
{
    private const int LargestMinimum = 64 << 10;

    public int MinimumBlock { get; private init; } = 1;

    /// <summary>A multiple of the smallest block.</summary>
    public int MaximumRequest { get; private init; } = NbdLimits.LargestRequest;

    public bool Structured { get; init; }

    /// <summary>The numbers of the contexts that client and server agreed on.</summary>
    public IReadOnlyDictionary<string, uint> Contexts { get; init; } = new Dictionary<string, uint>();

    /// <exception cref="NbdException">There cannot be such an export.</exception>
    public static RemoteExport Create(ulong length, ushort flags)
    {
        NbdException.ThrowIf(length > long.MaxValue, $"the server says that the export has {length} bytes");

        var known = (TransmissionFlags)flags;
        return (known & TransmissionFlags.HasFlags) != 0
            ? new RemoteExport((long)length, known)
            : throw new NbdException("the server sends no flags of the export");
    }

    public bool Has(TransmissionFlags flag) => (Flags & flag) != 0;

    /// <exception cref="NbdException">There cannot be such blocks.</exception>
    public RemoteExport WithBlockSizes(uint minimum, uint maximum)
    {
        NbdException.ThrowIf(minimum is 0 or > LargestMinimum || !uint.IsPow2(minimum) || maximum < minimum,
            $"the server wants blocks of at least {minimum} and at most {maximum} bytes, which cannot be");

        long most = Math.Min(maximum, NbdLimits.LargestRequest);
        return this with { MinimumBlock = (int)minimum, MaximumRequest = (int)(most - (most % minimum)) };
    }
}
