// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Failures;
using Vma.Format;
using Vma.Writing;

namespace Vma;

/// <summary>
/// Writes an archive forward to a stream: first the configs and devices are declared, then the devices' clusters come, in any order and
/// from any thread, then <see cref="Commit"/> makes the archive whole. Disposal without it leaves a stream that is no archive.
/// </summary>
public sealed partial class VmaWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _output;
    private readonly VmaWriterOptions _options;
    private readonly bool _leaveOpen;
    private readonly List<VmaConfig> _configs = [];
    private readonly List<VmaDeviceWriter> _devices = [];
    private ExtentSink? _sink;
    private SharedExtents? _shared;
    private volatile Exception? _failure;
    private bool _disposed;

    /// <summary>A writer to <paramref name="output"/>, which need not be seekable.</summary>
    /// <param name="output">Where the archive goes. It is disposed with the writer unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    public VmaWriter(Stream output, VmaWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _options = options ?? new VmaWriterOptions();
        _leaveOpen = leaveOpen;
    }

    /// <summary>The devices declared so far; each tells how far it is.</summary>
    public IReadOnlyList<VmaDeviceWriter> Devices => _devices;

    internal bool IsCommitted { get; private set; }

    /// <summary>Adds a configuration file. At most 256, of at most 65,535 bytes each.</summary>
    /// <exception cref="InvalidOperationException">A cluster was written already: the header is out.</exception>
    /// <exception cref="ArgumentException">It does not fit an archive.</exception>
    public void AddConfig(VmaName name, ReadOnlySpan<byte> data)
    {
        var config = new VmaConfig(name, data.ToArray());
        lock (_gate)
        {
            ThrowIfStarted();
            HeaderWriter.Write(Manifest([.. _configs, config], _devices));
            _configs.Add(config);
        }
    }

    /// <summary>
    /// Adds a disk, or with the name <c>vmstate</c> the RAM state. Device ids count from 1 in the order of the calls; there are at most
    /// 254.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Its size in bytes, 1 to 2^48. It need not be a multiple of anything. For RAM state it is an estimate.</param>
    /// <exception cref="InvalidOperationException">A cluster was written already: the header is out.</exception>
    /// <exception cref="ArgumentException">It does not fit an archive.</exception>
    public VmaDeviceWriter AddDevice(VmaName name, long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, VmaLayout.MaxDeviceSize);
        lock (_gate)
        {
            ThrowIfStarted();
            if (_devices.Count == VmaLayout.LastWritableDeviceId)
            {
                throw new ArgumentException($"an archive has at most {VmaLayout.LastWritableDeviceId} devices");
            }

            return AddDevice(new VmaDevice((byte)(_devices.Count + 1), name, (ulong)size));
        }
    }

    /// <summary>Adds a device as another archive has it, with its id.</summary>
    internal VmaDeviceWriter AddDevice(VmaDevice device)
    {
        lock (_gate)
        {
            ThrowIfStarted();
            var added = new VmaDeviceWriter(this, device);
            HeaderWriter.Write(Manifest(_configs, [.. _devices, added]));
            _devices.Add(added);
            return added;
        }
    }

    /// <summary>Writes what is left, and the end. All clusters of all disks must have been written.</summary>
    /// <returns>What was written.</returns>
    /// <exception cref="InvalidOperationException">Clusters are missing, a device failed, or nothing was declared.</exception>
    /// <exception cref="IOException">The archive could not be written.</exception>
    public VmaWriteReport Commit()
    {
        lock (_gate)
        {
            ExtentSink sink = Start();
            foreach (VmaDeviceWriter device in _devices)
            {
                if (device.Clusters.Error is { } error)
                {
                    throw new InvalidOperationException($"device '{device.Device.Name}' failed: {error.Message}", error);
                }

                if (device.Clusters.FirstMissing is { } missing)
                {
                    throw new InvalidOperationException($"device '{device.Device.Name}' lacks {missing.Count} clusters from {missing.First} on");
                }
            }

            Guarded(() =>
            {
                _shared!.Flush();
                sink.Finish();
            });
            IsCommitted = true;
            VmaWrittenDevice[] written = [.. _devices.Select(device => device.Clusters.ToReport())];
            return new VmaWriteReport(_options.Uuid, sink.Position, sink.Written, written);
        }
    }

    /// <summary>Ends the writer. Without a <see cref="Commit"/> before, the stream holds no whole archive.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _shared?.Dispose();
            _sink?.Dispose();
            if (!_leaveOpen)
            {
                _output.Dispose();
            }
        }
    }

    internal void WriteCluster(DeviceClusters device, uint cluster, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            Start();
            device.Claim(cluster);
            int length = device.LengthOf(cluster);
            ExtentPacker packer = Guarded(_shared!, static shared => shared.Current);
            if (data.IsEmpty)
            {
                packer.PackZeroes(device.Device.Id, cluster);
                device.Count(length, zeroBytes: length);
                return;
            }

            data.CopyTo(packer.Room);
            int stored = packer.Pack(device.Device.Id, cluster, data.Length, device.Device.IsMemoryState);
            device.Count(length, Math.Max(0, length - stored));
        }
    }

    /// <summary>Writes the header, once. The lock is held.</summary>
    private ExtentSink Start()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null)
        {
            throw new InvalidOperationException($"the archive cannot be finished: {_failure.Message}", _failure);
        }

        InvalidOperationException.ThrowIf(IsCommitted, "the archive is committed");

        if (_sink is null)
        {
            InvalidOperationException.ThrowIf(_configs.Count == 0 && _devices.Count == 0, "an archive needs at least one config or device");

            byte[] header = HeaderWriter.Write(Manifest(_configs, _devices));
            if (HeaderReader.Measure(header, out _) is { } fault || (fault = HeaderReader.Read(header, out _)) is not null)
            {
                throw new InvalidOperationException($"the header would not be readable: {fault}");
            }

            _sink = new ExtentSink(_output, _options.Uuid, _options.Seal, Encodings.For(_options.Compression));
            _shared = new SharedExtents(_sink, _options.ClustersPerExtent, _options.Parallelism);
            Guarded(() => _sink.WriteHeader(header));
        }

        return _sink;
    }

    /// <summary>Runs code that writes to the output. When it fails, the output may end inside an extent, and nothing can follow.</summary>
    private void Guarded(Action write) => Guarded(write, static action =>
    {
        action();
        return true;
    });

    private TResult Guarded<TState, TResult>(TState state, Func<TState, TResult> write)
    {
        try
        {
            return write(state);
        }
        catch (Exception failure)
        {
            _failure ??= failure;
            throw;
        }
    }

    private void ThrowIfStarted()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        InvalidOperationException.ThrowIf(_sink is not null, "configs and devices are declared before the first cluster is written");
    }

    private VmaManifest Manifest(IReadOnlyList<VmaConfig> configs, IEnumerable<VmaDeviceWriter> devices) => new()
    {
        Uuid = _options.Uuid,
        CreationTime = _options.CreationSeconds,
        Configs = configs,
        Devices = [.. devices.Select(device => device.Device)],
        PromisesSeals = _options.Seal,
    };
}
