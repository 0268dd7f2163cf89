// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <content>The exports: the server lists and describes them, and a client chooses one.</content>
internal sealed partial class ServerHandshake
{
    private string? _contextExport;
    private bool _allocation;

    private Session Open(NbdExport export, string name) => new(export, IsWritable(export), _structured, _allocation && _contextExport == name);

    private bool IsWritable(NbdExport export) => export.Target is not null && !options.ReadOnly;

    private NbdExport? Find(string? name) =>
        exports.FirstOrDefault(export => export.Name == name) ?? (name is { Length: 0 } && exports.Count == 1 ? exports[0] : null);

    private Session ChooseByName(byte[] data)
    {
        string? name = NbdText.TryRead(data);
        NbdExport export = Find(name) ?? throw new NbdException("the client asked for an export that does not exist");
        channel.Send(SizeAndFlags(new OptionWriter(), export).Bytes(new byte[_noZeroes ? 0 : Protocol.ExportNamePadding]).Written);
        return Open(export, name!);
    }

    private OptionWriter SizeAndFlags(OptionWriter message, NbdExport export) =>
        message.UInt64((ulong)export.Length).UInt16((int)Session.FlagsOf(export, IsWritable(export), _structured));

    private void List(byte[] data)
    {
        if (data.Length > 0)
        {
            Reply(Option.List, OptionReply.Invalid);
            return;
        }

        foreach (NbdExport export in exports)
        {
            Reply(Option.List, OptionReply.Server, new OptionWriter().Text(export.Name).LastText(export.Description).Written);
        }

        Reply(Option.List, OptionReply.Ack);
    }

    private Session? Describe(Option option, byte[] data)
    {
        var reader = new OptionReader(data);
        string? name = reader.ReadText();
        int count = reader.ReadUInt16();
        HashSet<ExportInformation> wanted = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            wanted.Add((ExportInformation)reader.ReadUInt16());
        }

        if (FindAsked(option, name, isWhole: reader.AtEnd) is not { } export)
        {
            return null;
        }

        Reply(option, OptionReply.Info, SizeAndFlags(Information(ExportInformation.Export), export).Written);
        OptionWriter blockSizes = Information(ExportInformation.BlockSize).UInt32(1).UInt32((uint)export.PreferredBlockSize).UInt32(NbdLimits.LargestRequest);
        Reply(option, OptionReply.Info, blockSizes.Written);
        foreach ((ExportInformation kind, string text) in new[] { (ExportInformation.Name, export.Name), (ExportInformation.Description, export.Description) })
        {
            if (wanted.Contains(kind))
            {
                Reply(option, OptionReply.Info, Information(kind).LastText(text).Written);
            }
        }

        Reply(option, OptionReply.Ack);
        return option == Option.Go ? Open(export, name!) : null;
    }

    private static OptionWriter Information(ExportInformation kind) => new OptionWriter().UInt16((int)kind);

    /// <summary>The export that an option names; null when the option is refused, which the client is told.</summary>
    private NbdExport? FindAsked(Option option, string? name, bool isWhole)
    {
        NbdExport? export = null;
        if (name is null || !isWhole)
        {
            Reply(option, OptionReply.Invalid, "the option's data is wrong");
        }
        else if ((export = Find(name)) is null)
        {
            Reply(option, OptionReply.Unknown, "there is no export of that name");
        }

        return export;
    }

    private void AgreeOnContexts(Option option, byte[] data)
    {
        var reader = new OptionReader(data);
        string? name = reader.ReadText();
        uint count = reader.ReadUInt32();
        bool isSet = option == Option.SetMetaContext, selected = count == 0 && !isSet;
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            string? query = reader.ReadText();
            selected |= query == Protocol.AllocationContext || (query == "base:" && !isSet);
        }

        if (isSet)
        {
            _contextExport = null;
            _allocation = false;
        }

        if (!_structured)
        {
            Reply(option, OptionReply.Invalid, "structured replies come first");
            return;
        }

        if (FindAsked(option, name, isWhole: reader.AtEnd) is not { } export)
        {
            return;
        }

        selected &= export.Source is not null;
        if (selected)
        {
            uint number = isSet ? Session.AllocationNumber : 0;
            Reply(option, OptionReply.MetaContext, new OptionWriter().UInt32(number).LastText(Protocol.AllocationContext).Written);
        }

        if (isSet)
        {
            _contextExport = name;
            _allocation = selected;
        }

        Reply(option, OptionReply.Ack);
    }
}
