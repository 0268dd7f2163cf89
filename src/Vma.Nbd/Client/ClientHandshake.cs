// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Authentication;
using System.Text;
using Vma.Nbd.Server;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>The client's side until an export is chosen. Whoever calls sees to the time that it takes.</summary>
internal sealed class ClientHandshake
{
    private const int LongestReply = 64 << 10;
    private const int MostReplies = 10_000;
    private const int InputLength = 16 << 10;

    private readonly Channel _channel;
    private bool _noZeroes;

    public ClientHandshake(Channel channel)
    {
        _channel = channel;
        Input = new ReceiveBuffer(channel, InputLength);
    }

    /// <summary>What was received behind the handshake.</summary>
    public ReceiveBuffer Input { get; private set; }

    /// <summary>Whether the server knows structured replies.</summary>
    public bool Structured { get; private set; }

    /// <summary>Reads the greeting, and starts TLS where it is wanted.</summary>
    public void Begin(NbdTls? tls, string tlsHostName)
    {
        ReadOnlySpan<byte> greeting = Input.Take(16);
        if (BinaryPrimitives.ReadUInt64BigEndian(greeting) != Protocol.ServerMagic)
        {
            throw new NbdException("what answers is no NBD server");
        }

        ulong style = BinaryPrimitives.ReadUInt64BigEndian(greeting[8..]);
        if (style != Protocol.OptionMagic)
        {
            throw new NbdException(style == Protocol.OldStyleMagic ? "the server speaks the old style of the protocol, without export names; use its newstyle" : "what answers is no NBD server");
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(Input.Take(2));
        if ((flags & Protocol.FixedNewStyle) == 0)
        {
            throw new NbdException("the server speaks an old style of the protocol, which is not fixed newstyle");
        }

        _noZeroes = (flags & Protocol.NoZeroes) != 0;
        _channel.Send([0, 0, 0, (byte)(Protocol.FixedNewStyle | (_noZeroes ? Protocol.NoZeroes : 0))]);
        if (tls is not null)
        {
            StartTls(tls, tlsHostName);
        }

        Send(Option.StructuredReply);
        Structured = Acknowledged(Option.StructuredReply);
    }

    /// <summary>Chooses an export.</summary>
    public ServerExport Go(string exportName, IEnumerable<string> contexts)
    {
        Dictionary<string, uint> agreed = Structured ? AskForContexts(exportName, [Protocol.AllocationContext, .. contexts]) : [];
        ServerExport export = Ask(Option.Go, exportName) ?? ChooseByName(exportName);
        return export with { Structured = Structured, Contexts = agreed };
    }

    /// <summary>The names and descriptions of the server's exports.</summary>
    public List<(string Name, string Description)> List()
    {
        Send(Option.List);
        List<(string, string)> exports = [];
        for (int count = 0; count < MostReplies; count++)
        {
            byte[] data = Receive(Option.List, out OptionReply reply);
            if (reply == OptionReply.Ack)
            {
                return exports;
            }

            ThrowIfError(reply, data, "list its exports");
            OptionData reader = new(data);
            string? name = reply == OptionReply.Server ? reader.ReadString() : null;
            exports.Add(name is null || reader.Failed ? throw Wrong(Option.List) : (name, NbdText.Printable(reader.ReadRest())));
        }

        throw Wrong(Option.List);
    }

    /// <summary>What the server tells of an export without choosing it; null when it does not do that.</summary>
    public ServerExport? Inform(string exportName) => Ask(Option.Info, exportName);

    /// <summary>Says goodbye without having chosen.</summary>
    public void Abort() => Send(Option.Abort);

    private void StartTls(NbdTls tls, string hostName)
    {
        Send(Option.StartTls);
        byte[] data = Receive(Option.StartTls, out OptionReply reply);
        ThrowIfError(reply, data, "use TLS");
        if (reply != OptionReply.Ack || Input.Available > 0)
        {
            throw Wrong(Option.StartTls);
        }

        try
        {
            _channel.Wrap(stream => tls.OpenClient(stream, hostName));
        }
        catch (AuthenticationException fault)
        {
            throw new NbdException($"TLS with the server failed: {fault.InnerException?.Message ?? fault.Message}", fault);
        }

        Input = new ReceiveBuffer(_channel, InputLength);
    }

    /// <summary>INFO or GO; null when the server does not know them.</summary>
    private ServerExport? Ask(Option option, string exportName)
    {
        byte[] name = Encoding.UTF8.GetBytes(exportName);
        Send(option, [.. Number(name.Length), .. name, 0, 1, 0, (byte)ExportInformation.BlockSize]);
        ServerExport? export = null;
        (uint Minimum, uint Maximum)? blocks = null;
        for (int count = 0; count < MostReplies; count++)
        {
            byte[] data = Receive(option, out OptionReply reply);
            if (reply == OptionReply.Ack)
            {
                return export is null ? throw Wrong(option) : blocks is { } sizes ? export.WithBlockSizes(sizes.Minimum, sizes.Maximum) : export;
            }

            if (reply == OptionReply.Unsupported)
            {
                return null;
            }

            ThrowIfError(reply, data, $"give the export '{exportName}'");
            OptionData reader = new(data);
            ExportInformation kind = (ExportInformation)reader.ReadUInt16();
            if (reply != OptionReply.Info || reader.Failed)
            {
                throw Wrong(option);
            }

            if (kind == ExportInformation.Export)
            {
                export = ServerExport.Create(reader.ReadUInt64(), reader.ReadUInt16());
            }
            else if (kind == ExportInformation.BlockSize)
            {
                uint minimum = reader.ReadUInt32();
                reader.ReadUInt32();
                blocks = (minimum, reader.ReadUInt32());
            }

            if (reader.Failed)
            {
                throw Wrong(option);
            }
        }

        throw Wrong(option);
    }

    private ServerExport ChooseByName(string exportName)
    {
        Send(Option.ExportName, Encoding.UTF8.GetBytes(exportName));
        if (!Input.TryTake(10, out ReadOnlySpan<byte> bytes))
        {
            throw new NbdException($"the server does not give the export '{exportName}'");
        }

        ServerExport export = ServerExport.Create(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]));
        Input.Skip(_noZeroes ? 0 : Protocol.ExportNamePadding);
        return export;
    }

    private Dictionary<string, uint> AskForContexts(string exportName, IReadOnlyList<string> wanted)
    {
        byte[] name = Encoding.UTF8.GetBytes(exportName);
        List<byte> data = [.. Number(name.Length), .. name, .. Number(wanted.Count)];
        foreach (string context in wanted)
        {
            byte[] text = Encoding.UTF8.GetBytes(context);
            data.AddRange([.. Number(text.Length), .. text]);
        }

        Send(Option.SetMetaContext, [.. data]);
        Dictionary<string, uint> agreed = [];
        for (int count = 0; count < MostReplies; count++)
        {
            byte[] answer = Receive(Option.SetMetaContext, out OptionReply reply);
            if (reply == OptionReply.Ack || reply >= OptionReply.Unsupported)
            {
                // A server without contexts is one that does not tell what is allocated. Whether the export is there tells GO.
                return agreed;
            }

            OptionData reader = new(answer);
            uint number = reader.ReadUInt32();
            string? context = NbdText.TryRead(reader.ReadRest());
            if (reply != OptionReply.MetaContext || context is null || !wanted.Contains(context) || agreed.ContainsValue(number) || !agreed.TryAdd(context, number))
            {
                throw Wrong(Option.SetMetaContext);
            }
        }

        throw Wrong(Option.SetMetaContext);
    }

    private bool Acknowledged(Option option)
    {
        byte[] data = Receive(option, out OptionReply reply);
        if (reply is OptionReply.TlsRequired)
        {
            ThrowIfError(reply, data, "go on");
        }

        return reply == OptionReply.Ack;
    }

    private byte[] Receive(Option option, out OptionReply reply)
    {
        ReadOnlySpan<byte> header = Input.Take(Protocol.OptionReplyLength);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        reply = (OptionReply)BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        if (BinaryPrimitives.ReadUInt64BigEndian(header) != Protocol.OptionReplyMagic || (Option)BinaryPrimitives.ReadUInt32BigEndian(header[8..]) != option || length > LongestReply)
        {
            throw Wrong(option);
        }

        byte[] data = new byte[length];
        Input.ReadExactly(data);
        return data;
    }

    private void Send(Option option, ReadOnlySpan<byte> data = default)
    {
        byte[] bytes = new byte[Protocol.OptionLength + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Protocol.OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), (uint)option);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), data.Length);
        data.CopyTo(bytes.AsSpan(Protocol.OptionLength));
        _channel.Send(bytes);
    }

    private static void ThrowIfError(OptionReply reply, byte[] data, string what)
    {
        if (reply < OptionReply.Unsupported)
        {
            return;
        }

        string reason = reply switch
        {
            OptionReply.Unsupported => "it does not know how",
            OptionReply.Policy => "its policy forbids it",
            OptionReply.Invalid => "it says that the request is wrong",
            OptionReply.Platform => "its platform cannot",
            OptionReply.TlsRequired => "it requires TLS (nbds:// or nbds+unix://)",
            OptionReply.Unknown => "there is no such export",
            OptionReply.Shutdown => "it is shutting down",
            OptionReply.BlockSizeRequired => "it wants to agree on block sizes",
            _ => $"error {(uint)reply & 0x7fff_ffff}",
        };
        string message = NbdText.Printable(data.AsSpan(0, Math.Min(data.Length, Protocol.LongestString)));
        throw new NbdException($"the server does not {what}: {reason}{(message.Length > 0 ? $" ({message})" : string.Empty)}");
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static NbdException Wrong(Option option) => new($"the server broke the protocol in its answer to the option {option}");
}
