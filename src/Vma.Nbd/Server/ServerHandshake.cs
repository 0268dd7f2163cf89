// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Authentication;
using System.Text;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>The server's side until a client has chosen an export.</summary>
internal sealed class ServerHandshake(Channel channel, IReadOnlyList<NbdExport> exports, NbdServerOptions options)
{
    private const int LongestOption = 64 << 10;
    private const int MostSkipped = 32 << 20;
    private const int MostOptions = 1000;
    private const int InputLength = 4096;

    private ReceiveBuffer _input = new(channel, InputLength);
    private bool _noZeroes;
    private bool _secure;
    private bool _structured;
    private string? _contextExport;
    private bool _allocation;

    /// <summary>What was received behind the handshake.</summary>
    public ReceiveBuffer Input => _input;

    /// <summary>Answers options until the client chose an export; null when it went without.</summary>
    /// <exception cref="IOException">It broke the protocol, or the connection did.</exception>
    public Session? Run()
    {
        Span<byte> greeting = stackalloc byte[18];
        BinaryPrimitives.WriteUInt64BigEndian(greeting, Protocol.ServerMagic);
        BinaryPrimitives.WriteUInt64BigEndian(greeting[8..], Protocol.OptionMagic);
        BinaryPrimitives.WriteUInt16BigEndian(greeting[16..], Protocol.FixedNewStyle | Protocol.NoZeroes);
        channel.Send(greeting);
        if (!_input.TryTake(4, out ReadOnlySpan<byte> bytes))
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
            if (!_input.TryTake(Protocol.OptionLength, out bytes))
            {
                return null;
            }

            if (BinaryPrimitives.ReadUInt64BigEndian(bytes) != Protocol.OptionMagic)
            {
                throw new NbdException("the client sent something that is no option");
            }

            Option option = (Option)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
            if (length > LongestOption)
            {
                RefuseLong(option, length);
                continue;
            }

            byte[] data = new byte[length];
            _input.ReadExactly(data);
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

        _input.Skip(length);
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
                Contexts(option, data);
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

    private Session Open(NbdExport export, string name) => new(export, IsWritable(export), _structured, _allocation && _contextExport == name);

    private bool IsWritable(NbdExport export) => export.Target is not null && !options.ReadOnly;

    private NbdExport? Find(string? name) =>
        exports.FirstOrDefault(export => export.Name == name) ?? (name is { Length: 0 } && exports.Count == 1 ? exports[0] : null);

    private Session ChooseByName(byte[] data)
    {
        string? name = NbdText.TryRead(data);
        NbdExport export = Find(name) ?? throw new NbdException("the client asked for an export that does not exist");
        Span<byte> reply = stackalloc byte[10 + Protocol.ExportNamePadding];
        reply.Clear();
        BinaryPrimitives.WriteInt64BigEndian(reply, export.Length);
        BinaryPrimitives.WriteUInt16BigEndian(reply[8..], (ushort)Session.FlagsOf(export, IsWritable(export), _structured));
        channel.Send(_noZeroes ? reply[..10] : reply);
        return Open(export, name!);
    }

    private void List(byte[] data)
    {
        if (data.Length > 0)
        {
            Reply(Option.List, OptionReply.Invalid);
            return;
        }

        foreach (NbdExport export in exports)
        {
            byte[] name = Encoding.UTF8.GetBytes(export.Name);
            Reply(Option.List, OptionReply.Server, [.. BigEndian(name.Length), .. name, .. Encoding.UTF8.GetBytes(export.Description)]);
        }

        Reply(Option.List, OptionReply.Ack);
    }

    private void StartTls(byte[] data)
    {
        if (options.Tls is null || _secure || data.Length > 0)
        {
            Reply(Option.StartTls, options.Tls is null ? OptionReply.Policy : OptionReply.Invalid, options.Tls is null ? "this server has no TLS" : "TLS is on already");
            return;
        }

        // What came in the clear behind the option must not count as sent under TLS.
        if (_input.Available > 0)
        {
            throw new NbdException("the client did not wait for TLS");
        }

        Reply(Option.StartTls, OptionReply.Ack);
        try
        {
            channel.Wrap(options.Tls.OpenServer);
        }
        catch (AuthenticationException fault)
        {
            throw new NbdException($"TLS with the client failed: {fault.InnerException?.Message ?? fault.Message}", fault);
        }

        _input = new ReceiveBuffer(channel, InputLength);
        _secure = true;
        _structured = false;
        _contextExport = null;
        _allocation = false;
    }

    private Session? Describe(Option option, byte[] data)
    {
        OptionData reader = new(data);
        string? name = reader.ReadString();
        int count = reader.ReadUInt16();
        HashSet<ExportInformation> wanted = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            wanted.Add((ExportInformation)reader.ReadUInt16());
        }

        if (name is null || !reader.AtEnd)
        {
            Reply(option, OptionReply.Invalid, "the option's data is wrong");
            return null;
        }

        if (Find(name) is not { } export)
        {
            Reply(option, OptionReply.Unknown, "there is no export of that name");
            return null;
        }

        Span<byte> information = stackalloc byte[14];
        BinaryPrimitives.WriteUInt16BigEndian(information, (ushort)ExportInformation.Export);
        BinaryPrimitives.WriteInt64BigEndian(information[2..], export.Length);
        BinaryPrimitives.WriteUInt16BigEndian(information[10..], (ushort)Session.FlagsOf(export, IsWritable(export), _structured));
        Reply(option, OptionReply.Info, information[..12]);
        BinaryPrimitives.WriteUInt16BigEndian(information, (ushort)ExportInformation.BlockSize);
        BinaryPrimitives.WriteUInt32BigEndian(information[2..], 1);
        BinaryPrimitives.WriteInt32BigEndian(information[6..], export.PreferredBlockSize);
        BinaryPrimitives.WriteUInt32BigEndian(information[10..], Protocol.LargestRequest);
        Reply(option, OptionReply.Info, information);
        Inform(option, wanted, ExportInformation.Name, export.Name);
        Inform(option, wanted, ExportInformation.Description, export.Description);
        Reply(option, OptionReply.Ack);
        return option == Option.Go ? Open(export, name) : null;
    }

    private void Inform(Option option, HashSet<ExportInformation> wanted, ExportInformation kind, string text)
    {
        if (wanted.Contains(kind))
        {
            Reply(option, OptionReply.Info, [0, (byte)kind, .. Encoding.UTF8.GetBytes(text)]);
        }
    }

    private void Contexts(Option option, byte[] data)
    {
        OptionData reader = new(data);
        string? name = reader.ReadString();
        uint count = reader.ReadUInt32();
        bool selected = count == 0 && option == Option.ListMetaContext;
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            string? query = reader.ReadString();
            selected |= query == Protocol.AllocationContext || (query == "base:" && option == Option.ListMetaContext);
        }

        if (option == Option.SetMetaContext)
        {
            _contextExport = null;
            _allocation = false;
        }

        if (name is null || !reader.AtEnd || !_structured)
        {
            Reply(option, OptionReply.Invalid, _structured ? "the option's data is wrong" : "structured replies come first");
            return;
        }

        if (Find(name) is not { } export)
        {
            Reply(option, OptionReply.Unknown, "there is no export of that name");
            return;
        }

        selected &= export.Source is not null;
        if (selected)
        {
            Reply(option, OptionReply.MetaContext, [.. BigEndian(option == Option.SetMetaContext ? (int)Session.AllocationNumber : 0), .. Encoding.UTF8.GetBytes(Protocol.AllocationContext)]);
        }

        if (option == Option.SetMetaContext)
        {
            _contextExport = name;
            _allocation = selected;
        }

        Reply(option, OptionReply.Ack);
    }

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)((value >> 16) & 0xff), (byte)((value >> 8) & 0xff), (byte)(value & 0xff)];

    private void Reply(Option option, OptionReply reply, string message) => Reply(option, reply, Encoding.UTF8.GetBytes(message));

    private void Reply(Option option, OptionReply reply, ReadOnlySpan<byte> data = default)
    {
        byte[] bytes = new byte[Protocol.OptionReplyLength + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Protocol.OptionReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), (uint)option);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), (uint)reply);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), data.Length);
        data.CopyTo(bytes.AsSpan(Protocol.OptionReplyLength));
        channel.Send(bytes);
    }
}
