// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;
using Vma.Compression.Formats;
using Vma.Compression.Zstd.Spans;
using Vma.Extents;
using Vma.Indexing;
using Vma.Indexing.Cache;
using Vma.Input;
using Vma.Reading;

namespace Vma.Passes;

/// <summary>
/// One pass over a compressed archive that leaves its index. While it runs on a thread of its own, what it has passed can be read anywhere; a thread that asks
/// for more waits.
/// </summary>
internal sealed class IndexPass : IExtentListener, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly IndexMaker _maker;
    private readonly Stream _stream;
    private readonly ForwardInput _input;
    private readonly Findings? _findings;
    private readonly GrowingIndex _index = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly VmaArchiveOptions _options;
    private readonly IProgress<VmaProgress>? _progress;
    private Thread? _thread;
    private Exception? _failure;

    /// <summary>Reads the archive's header.</summary>
    public IndexPass(SeekableInput file, IndexMaker maker, VmaArchiveOptions options, IProgress<VmaProgress>? progress)
    {
        (_maker, _options, _progress) = (maker, options, progress);
        _maker.Begin();
        _stream = file.ToStream();
        _input = Decompression.Open(_stream, new DamageLog(Report), options.DecoderMemory, _maker);
        try
        {
            Manifest = HeaderInput.Read(_input);
        }
        catch
        {
            Release();
            throw;
        }

        _findings = new Findings(Manifest.Findings, onFinding: null);
        var content = new DecodedInput(file, _maker.Spans!.Table, new SpanCodec(_maker.Spans), options);
        Content = new ArchiveContent(content, _index, Manifest.Uuid, options.VerifyData && Manifest.PromisesSeals);
    }

    public VmaManifest Manifest { get; }

    public ArchiveContent Content { get; }

    public IReadOnlyList<VmaFault> Findings => _findings!.Summary().Kept;

    /// <summary>Goes on with the pass on a thread of its own.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "vma pass" };
        _thread.Start();
    }

    /// <summary>Returns when the pass has ended and nothing was wrong.</summary>
    /// <exception cref="VmaException">The archive is damaged.</exception>
    public void WaitUntilSound(CancellationToken cancellationToken)
    {
        while (!_thread!.Join(Patience))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        foreach (VmaFault fault in Findings)
        {
            Vma.Input.Findings.ThrowErrors(fault);
        }
    }

    public void OnExtent(long offset, ReadOnlySpan<byte> header, CheckedSlots slots, bool hasHole)
    {
        _index.Add(header, offset, slots, hasHole);
        _maker.OnExtent(offset, header, slots, hasHole);
    }

    public void OnEnd(bool isSound) => _maker.OnEnd(isSound);

    /// <summary>Ends the pass where it is.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _thread?.Join();
        Content.Input.Dispose();
        Release();
    }

    private void Release()
    {
        _input.Dispose();
        _stream.Dispose();
        _maker.Dispose();
        _ending.Dispose();
    }

    private void Run()
    {
        try
        {
            Pass();
        }
        catch (OperationCanceledException)
        {
            _failure = new ObjectDisposedException(nameof(VmaArchive));
        }
        catch (Exception thrown)
        {
            _failure = thrown;
        }

        _maker.Spans!.Table.Complete(_failure);
        _index.Complete(_failure);
    }

    private void Pass()
    {
        ExtentBuffer buffer = ExtentBufferPool.Rent();
        try
        {
            var feed = new ExtentFeed(_input, Manifest, readData: false, goOn: true, Report) { Listener = this };
            while (feed.Next(ref buffer) is not null)
            {
                _ending.Token.ThrowIfCancellationRequested();
                ThrowIfLost(feed.Position);

                if (_index.Memory > _options.IndexBytes)
                {
                    throw new VmaException(new VmaFault(VmaFaultCode.TooScattered, feed.Position, "the index takes too much"));
                }

                _progress?.Report(new VmaProgress(feed.Position, 0, 0));
            }
        }
        finally
        {
            ExtentBufferPool.Return(buffer);
        }

        ThrowIfLost(_input.Position);
        OnEnd(_findings!.AreSound);
    }

    private void ThrowIfLost(long position)
    {
        if (_maker.Fault is { } fault)
        {
            throw new VmaException(new VmaFault(VmaFaultCode.NotSeekable, position, fault));
        }
    }

    /// <summary>Behind damage nobody knows where in the plain archive the bytes are.</summary>
    private void Report(VmaFault fault)
    {
        _findings?.Report(fault);
        if (fault.Code == VmaFaultCode.CompressedData)
        {
            throw new VmaException(fault);
        }
    }
}
