// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <content>The exports: the client lists them, asks about one, and chooses one.</content>
internal sealed partial class ClientHandshake
{
    /// <summary>Chooses an export.</summary>
    public RemoteExport Go(string exportName, IEnumerable<string> contexts)
    {
        Dictionary<string, uint> agreed = _structured ? AgreeOnContexts(exportName, [Protocol.AllocationContext, .. contexts]) : [];
        RemoteExport export = Ask(Option.Go, exportName) ?? ChooseByName(exportName);
        return export with { Structured = _structured, Contexts = agreed };
    }

    /// <summary>What the server tells of an export that the client does not choose; null when it does not do that.</summary>
    public RemoteExport? Inform(string exportName) => Ask(Option.Info, exportName);

    /// <summary>The names and descriptions of the server's exports.</summary>
    public List<(string Name, string Description)> List()
    {
        Send(Option.List);
        List<(string, string)> exports = [];
        foreach ((OptionReply reply, byte[] data) in Replies(Option.List))
        {
            ThrowIfError(reply, data, "list its exports");
            var reader = new OptionReader(data);
            string? name = reply == OptionReply.Server ? reader.ReadText() : null;
            exports.Add(name is null || reader.Failed ? throw Broken(Option.List) : (name, NbdText.Printable(reader.ReadRest())));
        }

        return exports;
    }

    /// <summary>INFO or GO; null when the server does not know them.</summary>
    private RemoteExport? Ask(Option option, string exportName)
    {
        Send(option, new OptionWriter().Text(exportName).UInt16(1).UInt16((int)ExportInformation.BlockSize).Written);
        RemoteExport? export = null;
        (uint Minimum, uint Maximum)? blocks = null;
        foreach ((OptionReply reply, byte[] data) in Replies(option))
        {
            if (reply == OptionReply.Unsupported)
            {
                return null;
            }

            ThrowIfError(reply, data, $"give the export '{exportName}'");
            var reader = new OptionReader(data);
            var kind = (ExportInformation)reader.ReadUInt16();
            if (reply == OptionReply.Info && !reader.Failed && kind == ExportInformation.Export)
            {
                export = RemoteExport.Create(reader.ReadUInt64(), reader.ReadUInt16());
            }
            else if (reply == OptionReply.Info && !reader.Failed && kind == ExportInformation.BlockSize)
            {
                uint minimum = reader.ReadUInt32();
                reader.ReadUInt32();
                blocks = (minimum, reader.ReadUInt32());
            }

            if (reply != OptionReply.Info || reader.Failed)
            {
                throw Broken(option);
            }
        }

        return export is null ? throw Broken(option) : blocks is { } sizes ? export.WithBlockSizes(sizes.Minimum, sizes.Maximum) : export;
    }

    /// <summary>Chooses an export of a server that does not know GO. Such a server says no by closing the connection.</summary>
    private RemoteExport ChooseByName(string exportName)
    {
        Send(Option.ExportName, Encoding.UTF8.GetBytes(exportName));
        NbdException.ThrowIf(!Input.TryTake(10, out ReadOnlySpan<byte> bytes), $"the server does not give the export '{exportName}'");

        RemoteExport export = RemoteExport.Create(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]));
        Input.Skip(_noZeroes ? 0 : Protocol.ExportNamePadding);
        return export;
    }

    private Dictionary<string, uint> AgreeOnContexts(string exportName, IReadOnlyList<string> wanted)
    {
        OptionWriter query = new OptionWriter().Text(exportName).UInt32((uint)wanted.Count);
        foreach (string context in wanted)
        {
            query.Text(context);
        }

        Send(Option.SetMetaContext, query.Written);
        Dictionary<string, uint> agreed = [];
        foreach ((OptionReply reply, byte[] data) in Replies(Option.SetMetaContext))
        {
            if (reply >= OptionReply.Unsupported)
            {
                // A server without contexts does not tell what is allocated. Whether it has the export, it tells in its answer to GO.
                break;
            }

            var reader = new OptionReader(data);
            uint number = reader.ReadUInt32();
            string? context = NbdText.TryRead(reader.ReadRest());
            bool isWanted = reply == OptionReply.MetaContext && context is not null && wanted.Contains(context);
            if (!isWanted || agreed.ContainsValue(number) || !agreed.TryAdd(context!, number))
            {
                throw Broken(Option.SetMetaContext);
            }
        }

        return agreed;
    }
}
