// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Extents;
using Vma.Threads;

namespace Vma.Compression;

/// <summary>
/// A frame on its way through a <see cref="FrameStream"/>: held compressed until the first thread that comes decodes it, then plain.
/// </summary>
internal sealed class FrameInFlight
{
    /// <summary>Shorter frames are no extent worth exchanging: to copy their bytes costs less than memory for an extent.</summary>
    private const int ShortestExchanged = 256 << 10;

    private readonly FrameContent _content;
    private readonly IFrameCodec _codec;
    private readonly OneTimeWork _decoding;
    private byte[] _compressed;
    private byte[] _plain = [];
    private ExtentBuffer? _extent;

    /// <param name="scan">What the scanner came upon.</param>
    /// <param name="content">Has the frame's bytes; they are taken out of it.</param>
    /// <param name="codec">Decodes them.</param>
    public FrameInFlight(in Scan scan, FrameContent content, IFrameCodec codec)
    {
        (Scan, _content, _compressed, _codec, Fault) = (scan, content, content.Detach(), codec, scan.Fault);
        _decoding = new OneTimeWork(Decode);
    }

    public Scan Scan { get; }

    /// <summary>Why it could not be decoded, or null.</summary>
    public string? Fault { get; private set; }

    public ReadOnlySpan<byte> Plain => PlainSpan;

    private ReadOnlySpan<byte> Compressed => _compressed.AsSpan(0, Scan.Frame.Length);

    private Span<byte> PlainSpan => (_extent is null ? _plain : _extent.Whole)[..Scan.Frame.PlainLength];

    /// <summary>Decodes it, if no other thread does or did.</summary>
    public void DecodeAhead() => _decoding.TryDo();

    /// <summary>Returns when it is decoded.</summary>
    public void Complete() => _decoding.Do();

    /// <summary>Decodes a damaged frame as far as it goes.</summary>
    public void DecodeUnchecked()
    {
        if (Scan.Frame.Length > 0)
        {
            _codec.DecodeUnchecked(Scan.Frame, Compressed, PlainSpan);
        }
    }

    /// <summary>Exchanges the plain bytes for another buffer; false when they are not in one.</summary>
    public bool TryExchange(ref ExtentBuffer buffer)
    {
        if (_extent is null)
        {
            return false;
        }

        (buffer, _extent) = (_extent, buffer);
        return true;
    }

    /// <summary>Gives all memory back. No thread may be at work on the frame.</summary>
    public void Release()
    {
        ReturnCompressed();
        if (_plain.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_plain);
            _plain = [];
        }

        if (_extent is not null)
        {
            ExtentBufferPool.Return(_extent);
            _extent = null;
        }
    }

    private void Decode()
    {
        if (Scan is not { Fault: null, Long: null })
        {
            return;
        }

        int length = Scan.Frame.PlainLength;
        if (length is > ShortestExchanged and <= ExtentBuffer.WholeLength)
        {
            _extent ??= ExtentBufferPool.Rent();
        }
        else if (_plain.Length < length)
        {
            _plain = ArrayPool<byte>.Shared.Rent(length);
        }

        Fault = _codec.Decode(Scan.Frame, Compressed, PlainSpan);
        if (Fault is null)
        {
            ReturnCompressed();
        }
    }

    private void ReturnCompressed()
    {
        _content.Give(_compressed);
        _compressed = [];
    }
}
