// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>The client's side until it has chosen an export: the greeting, TLS, options and replies. The caller sees to the time that it takes.</summary>
internal sealed partial class ClientHandshake(Channel channel)
{
    private const int LongestReply = 64 << 10;
    private const int MostReplies = 10_000;
    private const int InputLength = 16 << 10;

    private bool _noZeroes;
    private bool _structured;

    /// <summary>What was received behind the handshake.</summary>
    public ReceiveBuffer Input { get; private set; } = new(channel, InputLength);

    /// <summary>Reads the greeting, and starts TLS where it is wanted.</summary>
    public void Begin(NbdTls? tls, string tlsHostName)
    {
        ReadOnlySpan<byte> greeting = Input.Take(16);
        ulong magic = BinaryPrimitives.ReadUInt64BigEndian(greeting), style = BinaryPrimitives.ReadUInt64BigEndian(greeting[8..]);
        NbdException.ThrowIf(magic == Protocol.ServerMagic && style == Protocol.OldStyleMagic,
            "the server speaks the old style of the protocol, without export names; use its newstyle");
        NbdException.ThrowIf(magic != Protocol.ServerMagic || style != Protocol.OptionMagic, "what answers is no NBD server");

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(Input.Take(2));
        NbdException.ThrowIf((flags & Protocol.FixedNewStyle) == 0, "the server speaks an old style of the protocol, which is not fixed newstyle");

        _noZeroes = (flags & Protocol.NoZeroes) != 0;
        channel.Send([0, 0, 0, (byte)(Protocol.FixedNewStyle | (_noZeroes ? Protocol.NoZeroes : 0))]);
        if (tls is not null)
        {
            StartTls(tls, tlsHostName);
        }

        AskForStructuredReplies();
    }

    /// <summary>Says goodbye without having chosen an export.</summary>
    public void Abort() => Send(Option.Abort);

    private void StartTls(NbdTls tls, string hostName)
    {
        Send(Option.StartTls);
        OptionReply reply = Receive(Option.StartTls, out byte[] data);
        ThrowIfError(reply, data, "use TLS");
        if (reply != OptionReply.Ack || Input.Available > 0)
        {
            throw Broken(Option.StartTls);
        }

        channel.StartTls(stream => tls.OpenClient(stream, hostName), "server");
        Input = new ReceiveBuffer(channel, InputLength);
    }

    private void AskForStructuredReplies()
    {
        Send(Option.StructuredReply);
        OptionReply reply = Receive(Option.StructuredReply, out byte[] data);
        if (reply is OptionReply.TlsRequired)
        {
            ThrowIfError(reply, data, "go on");
        }

        _structured = reply == OptionReply.Ack;
    }

    private void Send(Option option, ReadOnlySpan<byte> data = default) => channel.Send(OptionWriter.Message(option, data).Written);

    /// <summary>The replies to an option, up to the one that ends them.</summary>
    private IEnumerable<(OptionReply Reply, byte[] Data)> Replies(Option option)
    {
        for (int count = 0; count < MostReplies; count++)
        {
            OptionReply reply = Receive(option, out byte[] data);
            if (reply == OptionReply.Ack)
            {
                yield break;
            }

            yield return (reply, data);
        }

        throw Broken(option);
    }

    private OptionReply Receive(Option option, out byte[] data)
    {
        ReadOnlySpan<byte> header = Input.Take(Protocol.OptionReplyLength);
        ulong magic = BinaryPrimitives.ReadUInt64BigEndian(header);
        var answered = (Option)BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var reply = (OptionReply)BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        if (magic != Protocol.OptionReplyMagic || answered != option || length > LongestReply)
        {
            throw Broken(option);
        }

        data = new byte[length];
        Input.ReadExactly(data);
        return reply;
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
        string message = NbdText.Printable(data.AsSpan(0, Math.Min(data.Length, NbdLimits.LongestText)));
        throw new NbdException($"the server does not {what}: {reason}{(message.Length > 0 ? $" ({message})" : string.Empty)}");
    }

    private static NbdException Broken(Option option) => new($"the server broke the protocol in its answer to the option {option}");
}
