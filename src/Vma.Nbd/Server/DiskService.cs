// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>Does what requests ask of one export. Several threads may use it, each with its own replies.</summary>
internal sealed partial class DiskService(long connection, Session session, ServerResources resources, CancellationToken cancellationToken)
{
    /// <summary>A client that takes its answer gives the memory back about so soon; one that does not may never.</summary>
    private static readonly TimeSpan MemoryPatience = TimeSpan.FromMilliseconds(50);

    private readonly IBlockSource? _source = session.Export.Source;
    private readonly IBlockTarget? _target = session.Writable ? session.Export.Target : null;
    private readonly long _length = session.Export.Length;

    /// <summary>Why a request cannot be served; null when it can.</summary>
    public (NbdError Error, string Message)? Refusal(in Request request)
    {
        bool writes = request.Command is Command.Write or Command.WriteZeroes or Command.Trim;
        return request.Command > Command.BlockStatus ? (NbdError.Invalid, "this server does not know the command")
            : (request.Flags & ~AllowedFlags(request.Command)) != 0 ? (NbdError.Invalid, "this server does not know the command's flags")
            : request.Command == Command.Flush ? null
            : writes && _target is null ? (NbdError.NotPermitted, "this export is only read")
            : request.Command is Command.Read or Command.Cache && _source is null ? (NbdError.NotPermitted, "this export is only written")
            : request.Command == Command.BlockStatus && request.Length == 0 ? (NbdError.Invalid, "the range is empty")
            : request.Command == Command.BlockStatus && !session.Allocation ? (NbdError.Invalid, "base:allocation was not asked for in the handshake")
            : request.Length > _length || request.Offset > (ulong)(_length - request.Length)
                ? (writes ? NbdError.NoSpace : NbdError.Invalid, "the range is behind the end of the disk")
            : request.Length > NbdLimits.LargestRequest && request.Command is Command.Read or Command.Write
                ? (NbdError.Overflow, $"a request has at most {NbdLimits.LargestRequest} bytes")
            : null;
    }

    /// <summary>Answers with an error.</summary>
    public void Refuse(in Request request, (NbdError Error, string Message) refusal, ReplyBuffer replies)
    {
        if (session.Structured)
        {
            replies.Failed(request.Cookie, refusal.Error, refusal.Message);
        }
        else
        {
            replies.Simple(request.Cookie, refusal.Error);
        }
    }

    public void Serve(in Request request, ReadOnlySpan<byte> data, ReplyBuffer replies)
    {
        if (Refusal(request) is { } refusal)
        {
            Refuse(request, refusal, replies);
            return;
        }

        switch (request.Command)
        {
            case Command.Read:
                Read(request, replies);
                break;
            case Command.BlockStatus:
                Status(request, replies);
                break;
            case Command.Cache:
                Cache(request, replies);
                break;
            case Command.Write:
                EndWrite(request, WritePart((long)request.Offset, data), replies);
                break;
            default:
                Change(request, replies);
                break;
        }
    }

    /// <summary>Writes; returns what went wrong, or null.</summary>
    public string? WritePart(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            _target!.WriteAt(offset, data, cancellationToken);
            return null;
        }
        catch (Exception failure)
        {
            return Note("writing", offset, data.Length, failure);
        }
    }

    /// <summary>Flushes where that is asked for, and answers a request whose changes the target has.</summary>
    public void EndWrite(in Request request, string? failure, ReplyBuffer replies)
    {
        if (failure is null && _target is not null && (request.Command == Command.Flush || (request.Flags & CommandFlags.ForceUnitAccess) != 0))
        {
            failure = Try("flushing", 0, 0, () => _target.Flush(cancellationToken));
        }

        Conclude(request, failure, replies);
    }

    private static CommandFlags AllowedFlags(Command command) => CommandFlags.ForceUnitAccess | command switch
    {
        Command.Read => CommandFlags.DoNotFragment,
        Command.WriteZeroes => CommandFlags.NoHole,
        Command.BlockStatus => CommandFlags.OneExtent,
        _ => CommandFlags.None,
    };

    private void Change(in Request request, ReplyBuffer replies)
    {
        long offset = (long)request.Offset, length = request.Length;
        string? failure = null;
        if (length > 0 && (request.Command == Command.WriteZeroes || (request.Command == Command.Trim && session.Export.TrimMakesZeroes)))
        {
            failure = Try("zeroing", offset, length, () => _target!.WriteZeroesAt(offset, length, cancellationToken));
        }

        EndWrite(request, failure, replies);
    }

    private void Conclude(in Request request, string? failure, ReplyBuffer replies)
    {
        if (failure is not null)
        {
            Refuse(request, (NbdError.InputOutput, failure), replies);
        }
        else
        {
            replies.Simple(request.Cookie, NbdError.None);
        }
    }

    private string? Try(string what, long offset, long length, Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception failure)
        {
            return Note(what, offset, length, failure);
        }
    }

    /// <summary>Whatever a disk throws is an error of one request, which the client and the host are told.</summary>
    private string Note(string what, long offset, long length, Exception failure)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            resources.Report(connection, session.Export.Name, $"{what} {length} bytes at {offset} failed: {failure.Message}", failure);
        }

        return failure.Message;
    }
}
