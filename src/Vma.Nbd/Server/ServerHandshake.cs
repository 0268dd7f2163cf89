// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>The server's side until a client has chosen an export: the options in order, and TLS.</summary>
internal sealed partial class ServerHandshake(Channel channel, IReadOnlyList<NbdExport> exports, NbdServerOptions options)
{
    private const int LongestOption = 64 << 10;
    private const int MostSkipped = 32 << 20;
    private const int MostOptions = 1000;
    private const int InputLength = 4096;

    private bool _noZeroes;
    private bool _secure;
    private bool _structured;

    /// <summary>What was received behind the handshake.</summary>
    public ReceiveBuffer Input { get; private set; } = new(channel, InputLength);

    /// <summary>Answers options until the client has chosen an export; null when it went without one.</summary>
    /// <exception cref="IOException">The client broke the protocol, or the connection broke.</exception>
    public Session? Run()
    {
        channel.Send(new OptionWriter().UInt64(Protocol.ServerMagic).UInt64(Protocol.OptionMagic).UInt16(Protocol.FixedNewStyle | Protocol.NoZeroes).Written);
        if (!Input.TryTake(4, out ReadOnlySpan<byte> bytes))
        {
            return null;
        }

        uint flags = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if ((flags & ~(uint)(Protocol.FixedNewStyle | Protocol.NoZeroes)) != 0)
        {
            throw new NbdException("the client's flags are unknown");
        }

        _noZeroes = (flags & Protocol.NoZeroes) != 0;
        for (int count = 0; count < MostOptions; count++)
        {
            if (!Input.TryTake(Protocol.OptionLength, out bytes))
            {
                return null;
            }

            if (BinaryPrimitives.ReadUInt64BigEndian(bytes) != Protocol.OptionMagic)
            {
                throw new NbdException("the client sent something that is no option");
            }

            var option = (Option)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
            if (length > LongestOption)
            {
                RefuseLong(option, length);
                continue;
            }

            var data = new byte[length];
            Input.ReadExactly(data);
            if (Answer(option, data, out Session? session))
            {
                return session;
            }
        }

        throw new NbdException("the client sent too many options");
    }

    private void RefuseLong(Option option, uint length)
    {
        if (option == Option.ExportName || length > MostSkipped)
        {
            throw new NbdException($"the client sent an option of {length} bytes");
        }

        Input.Skip(length);
        Reply(option, OptionReply.TooBig, "the option is too long");
    }

    /// <summary>True when the handshake ends with this option.</summary>
    private bool Answer(Option option, byte[] data, out Session? session)
    {
        session = null;
        if (options.Tls is not null && options.TlsRequired && !_secure && option is not (Option.StartTls or Option.Abort))
        {
            if (option == Option.ExportName)
            {
                throw new NbdException("the client asked for an export without TLS");
            }

            Reply(option, OptionReply.TlsRequired, "this server requires TLS");
            return false;
        }

        switch (option)
        {
            case Option.ExportName:
                session = ChooseByName(data);
                return true;
            case Option.Abort:
                SayGoodbye();
                return true;
            case Option.List:
                List(data);
                return false;
            case Option.StartTls:
                StartTls(data);
                return false;
            case Option.Info or Option.Go:
                session = Describe(option, data);
                return session is not null;
            case Option.StructuredReply:
                _structured |= data.Length == 0;
                Reply(option, data.Length == 0 ? OptionReply.Ack : OptionReply.Invalid);
                return false;
            case Option.ListMetaContext or Option.SetMetaContext:
                AgreeOnContexts(option, data);
                return false;
            default:
                Reply(option, OptionReply.Unsupported, "this server does not know the option");
                return false;
        }
    }

    private void SayGoodbye()
    {
        try
        {
            Reply(Option.Abort, OptionReply.Ack);
        }
        catch (IOException)
        {
            // Most clients do not wait for it.
        }
    }

    private void StartTls(byte[] data)
    {
        if (options.Tls is null)
        {
            Reply(Option.StartTls, OptionReply.Policy, "this server has no TLS");
            return;
        }

        if (_secure || data.Length > 0)
        {
            Reply(Option.StartTls, OptionReply.Invalid, "TLS is on already");
            return;
        }

        // What came in the clear behind the option must not count as sent under TLS.
        if (Input.Available > 0)
        {
            throw new NbdException("the client did not wait for TLS");
        }

        Reply(Option.StartTls, OptionReply.Ack);
        channel.StartTls(options.Tls.OpenServer, "client");
        Input = new ReceiveBuffer(channel, InputLength);
        _secure = true;
        _structured = false;
        _contextExport = null;
        _allocation = false;
    }

    private void Reply(Option option, OptionReply reply, string message) => Reply(option, reply, Encoding.UTF8.GetBytes(message));

    private void Reply(Option option, OptionReply reply, ReadOnlySpan<byte> data = default) => channel.Send(OptionWriter.Message(option, reply, data).Written);
}
