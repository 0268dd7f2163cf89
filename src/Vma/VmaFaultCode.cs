// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>
/// What can be wrong with an archive (docs/format.md, "Hostile or broken input"). The first ones are warnings, all from
/// <see cref="NotAnArchive"/> on are errors.
/// </summary>
public enum VmaFaultCode
{
    /// <summary>A reserved field of the header is not zero.</summary>
    ReservedNotZero,

    /// <summary>The header's size is not a multiple of 512.</summary>
    HeaderNotAligned,

    /// <summary>A device entry without a size, without a valid name or with the id 0; it does not exist for a reader.</summary>
    DeviceIgnored,

    /// <summary>A name that cannot be a file's name as it is.</summary>
    UnsafeName,

    /// <summary>Two configs or two devices have one name.</summary>
    DuplicateName,

    /// <summary>A config entry that points nowhere for its name or its data; it does not exist for a reader.</summary>
    ConfigIgnored,

    /// <summary>Nothing but zeros, to the end, stands behind the archive, as a tape or a block device leaves them.</summary>
    ZeroPadding,

    /// <summary>The last cluster stores blocks behind the disk's end, with mask 0xffff; they are cut off.</summary>
    BlocksBehindEnd,

    /// <summary>
    /// Blocks of a disk that are stored without a checksum and hold nothing but zeros. No writer stores such a block, so a disk or a file system that failed
    /// may have torn a hole there.
    /// </summary>
    ZeroBlocks,

    /// <summary>Not a VMA archive: the first four bytes are others.</summary>
    NotAnArchive,

    /// <summary>The archive ends inside its header.</summary>
    HeaderCut,

    /// <summary>A version that this reader does not know.</summary>
    UnsupportedVersion,

    /// <summary>The header's size is out of bounds.</summary>
    HeaderSize,

    /// <summary>The header does not match its MD5.</summary>
    HeaderChecksum,

    /// <summary>The blob buffer does not lie inside the header.</summary>
    BlobBuffer,

    /// <summary>A config's pointer does not hit a blob.</summary>
    ConfigPointer,

    /// <summary>A config's name does not end in NUL.</summary>
    NameNotTerminated,

    /// <summary>A device is larger than 2^48 bytes, which clusters cannot address.</summary>
    DeviceTooLarge,

    /// <summary>The archive ends right behind its header; a writer always leaves at least one extent.</summary>
    NoExtents,

    /// <summary>The archive ends inside an extent's header.</summary>
    ExtentCut,

    /// <summary>The archive ends, or the next extent begins, inside an extent's data.</summary>
    DataCut,

    /// <summary>Fewer than 512 bytes that are no extent follow the last one.</summary>
    TrailingBytes,

    /// <summary>There is no extent where one should begin.</summary>
    ExtentMagic,

    /// <summary>An extent's reserved field is not zero.</summary>
    ExtentReserved,

    /// <summary>An extent belongs to another archive.</summary>
    ExtentUuid,

    /// <summary>An extent's header does not match its MD5.</summary>
    ExtentChecksum,

    /// <summary>An extent's block count is not the number of blocks its slots store.</summary>
    BlockCount,

    /// <summary>Bytes that belong to no extent were skipped to find the next one.</summary>
    BytesSkipped,

    /// <summary>The compressed stream that the archive comes in is damaged or cut.</summary>
    CompressedData,

    /// <summary>The disk that the archive is on gives a read error.</summary>
    Unreadable,

    /// <summary>A slot names a device that the header does not have.</summary>
    UnknownDevice,

    /// <summary>A cluster lies past the end of its disk.</summary>
    ClusterPastEnd,

    /// <summary>A stored block lies wholly past the end of its disk.</summary>
    BlockPastEnd,

    /// <summary>A cluster is there more than once.</summary>
    DuplicateCluster,

    /// <summary>A cluster of the RAM state is not the one behind the last.</summary>
    MemoryStateOrder,

    /// <summary>Clusters that never came.</summary>
    MissingClusters,

    /// <summary>Clusters lie scattered over more disk space than is tracked in bounded memory.</summary>
    TooScattered,

    /// <summary>An extent with data and without a seal in a sealed archive.</summary>
    SealMissing,

    /// <summary>
    /// A seal's number, offset or slot count is not that of the extent before it, or the extents of zeros since the last seal are not those that it counts:
    /// extents were lost, repeated or moved.
    /// </summary>
    SealMismatch,

    /// <summary>A cluster's stored data does not match its checksum.</summary>
    DataChecksum,

    /// <summary>As <see cref="ZeroBlocks"/>, where the caller takes them for damage.</summary>
    TornBlocks,

    /// <summary>A sealed archive without its end mark: it was cut.</summary>
    EndMarkMissing,

    /// <summary>The end mark does not tell what was there.</summary>
    EndMarkMismatch,

    /// <summary>Extents behind the end mark.</summary>
    BehindEndMark,

    /// <summary>What the archive is compressed in can only be read from its start.</summary>
    NotSeekable,

    /// <summary>The seek table at the end of a zstd stream tells other frames than there are.</summary>
    SeekTableMismatch,

    /// <summary>The cluster map at the end of a zstd stream tells otherwise what its extents hold, or is damaged.</summary>
    ClusterMapMismatch,

    /// <summary>A zstd frame whose window takes more memory than is allowed; it is not damaged.</summary>
    NeedsMemory,
}
