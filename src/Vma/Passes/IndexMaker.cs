// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Compression.Zstd;
using Vma.Compression.Zstd.Spans;
using Vma.Extents;
using Vma.Indexing.Stored;
using Vma.Input;
using Vma.Reading;

namespace Vma.Passes;

/// <summary>
/// Makes the index of an archive out of what a pass over it comes upon. It begins with the first long frame: an archive whose frames are all short needs none.
/// </summary>
/// <param name="folder">Where the index is kept.</param>
/// <param name="archive">The archive's file, where it is one.</param>
/// <param name="file">Its bytes.</param>
/// <param name="largestWindow">How many bytes of window a frame may have.</param>
internal sealed class IndexMaker(IndexFolder folder, FileStream? archive, SeekableInput file, long largestWindow)
    : ILongFrameFollower, IExtentListener, IDisposable
{
    private IndexOutput? _output;
    private IndexWriter? _writer;
    private FrameFollower? _follower;
    private bool _isGivenUp;

    /// <summary>The spans so far; null before the first long frame.</summary>
    public SpanPlaces? Spans => _writer?.Spans;

    /// <summary>Why the archive cannot be indexed behind some place, or null.</summary>
    public string? Fault => _follower?.Fault;

    public void BeginFrame(long offset, ReadOnlySpan<byte> headerBytes, ZstdFrameHeader header)
    {
        if (_follower is null && !_isGivenUp)
        {
            ArchiveIdentity identity = ArchiveIdentity.Of(file);
            Begin(folder.TryCreate(archive, identity), identity);
        }

        _follower?.BeginFrame(offset, headerBytes, header);
    }

    public void OnPlain(ReadOnlySpan<byte> plain) => _follower?.OnPlain(plain);

    public void OnBlock(ReadOnlySpan<byte> block) => _follower?.OnBlock(block);

    public void EndFrame(ReadOnlySpan<byte> checksum) => _follower?.EndFrame(checksum);

    public void OnShortFrame(in Frame frame, ReadOnlySpan<byte> bytes)
    {
        _isGivenUp |= _follower is null;
        _follower?.OnShortFrame(frame, bytes);
    }

    public void LoseFrame(string fault) => _follower?.LoseFrame(fault);

    public void OnExtent(long offset, ReadOnlySpan<byte> header, CheckedSlots slots, bool hasHole)
    {
        try
        {
            _writer?.AddExtent(offset, header);
        }
        catch (IOException failure)
        {
            _follower?.LoseIndex(failure);
        }
    }

    /// <summary>
    /// Gives the index its name. Where it cannot be written, the archive was still read. An archive that is not sound gets none: the next pass has to tell the
    /// same of it.
    /// </summary>
    public void OnEnd(bool isSound)
    {
        if (!isSound || _writer is null || _output is null || Fault is not null || _writer.Spans.IsWrong)
        {
            return;
        }

        try
        {
            _writer.Finish();
            _output.Publish();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next pass tries again.
        }
    }

    /// <summary>Begins at once, also with a short frame, and where nothing can be kept.</summary>
    public void Begin()
    {
        ArchiveIdentity identity = ArchiveIdentity.Of(file);
        Begin(folder.TryCreate(archive, identity) ?? IndexFolder.CreateTemporary(), identity);
    }

    public void Dispose()
    {
        _follower?.Dispose();
        _writer?.Dispose();
        _output?.Dispose();
    }

    private void Begin(IndexOutput? output, in ArchiveIdentity identity)
    {
        _output = output;
        if (output is null)
        {
            _isGivenUp = true;
            return;
        }

        _writer = new IndexWriter(output.Handle, identity);
        _follower = new FrameFollower(_writer, largestWindow);
    }
}
