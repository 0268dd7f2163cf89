// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Wire;

/// <summary>The numbers of the protocol, as its document names them. All integers travel with the high byte first.</summary>
internal static class Protocol
{
    public const ulong ServerMagic = 0x4e42444d41474943; // NBDMAGIC
    public const ulong OptionMagic = 0x49484156454f5054; // IHAVEOPT
    public const ulong OldStyleMagic = 0x0000_4202_8186_1253;
    public const ulong OptionReplyMagic = 0x0003_e889_0455_65a9;
    public const uint RequestMagic = 0x25609513;
    public const uint SimpleReplyMagic = 0x67446698;
    public const uint StructuredReplyMagic = 0x668e33ef;

    public const ushort FixedNewStyle = 1;
    public const ushort NoZeroes = 2;

    public const int OptionLength = 8 + 4 + 4;
    public const int OptionReplyLength = 8 + 4 + 4 + 4;
    public const int RequestLength = 4 + 2 + 2 + 8 + 8 + 4;
    public const int SimpleReplyLength = 4 + 4 + 8;
    public const int ChunkLength = 4 + 2 + 2 + 8 + 4;
    public const int ExtentLength = 4 + 4;
    public const int ExportNamePadding = 124;

    public const string AllocationContext = "base:allocation";
    public const uint Hole = 1;
    public const uint ReadsAsZeroes = 2;

    public const ushort LastChunk = 1;
    public const ushort ErrorChunks = 0x8000;
}

internal enum Option : uint
{
    ExportName = 1,
    Abort = 2,
    List = 3,
    StartTls = 5,
    Info = 6,
    Go = 7,
    StructuredReply = 8,
    ListMetaContext = 9,
    SetMetaContext = 10,
}

internal enum OptionReply : uint
{
    Ack = 1,
    Server = 2,
    Info = 3,
    MetaContext = 4,
    Unsupported = 0x8000_0001,
    Policy = 0x8000_0002,
    Invalid = 0x8000_0003,
    Platform = 0x8000_0004,
    TlsRequired = 0x8000_0005,
    Unknown = 0x8000_0006,
    Shutdown = 0x8000_0007,
    BlockSizeRequired = 0x8000_0008,
    TooBig = 0x8000_0009,
}

internal enum ExportInformation : ushort
{
    Export = 0,
    Name = 1,
    Description = 2,
    BlockSize = 3,
}

[Flags]
internal enum TransmissionFlags : ushort
{
    None = 0,
    HasFlags = 1 << 0,
    ReadOnly = 1 << 1,
    SendFlush = 1 << 2,
    SendForceUnitAccess = 1 << 3,
    SendTrim = 1 << 5,
    SendWriteZeroes = 1 << 6,
    SendDoNotFragment = 1 << 7,
    CanMultiConnect = 1 << 8,
    SendCache = 1 << 10,
}

internal enum Command : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
    BlockStatus = 7,
}

[Flags]
internal enum CommandFlags : ushort
{
    None = 0,
    ForceUnitAccess = 1 << 0,
    NoHole = 1 << 1,
    DoNotFragment = 1 << 2,
    OneExtent = 1 << 3,
}

internal enum ChunkType : ushort
{
    None = 0,
    OffsetData = 1,
    OffsetHole = 2,
    BlockStatus = 5,
    Error = 0x8001,
    ErrorOffset = 0x8002,
}
