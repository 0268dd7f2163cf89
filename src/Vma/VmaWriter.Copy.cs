// SPDX-License-Identifier: MIT

using Vma.Failures;
using Vma.Threads;
using Vma.Writing;

namespace Vma;

/// <content>Whole disks at once.</content>
public sealed partial class VmaWriter
{
    /// <summary>
    /// Writes whole disks, in device order, on several threads. The disks are not disposed. A disk shorter than its device reads as zeros
    /// behind its end.
    /// </summary>
    /// <param name="disks">A disk for each device to write; none of the devices' clusters was written before.</param>
    /// <param name="progress">Told after each extent, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work between two clusters.</param>
    /// <exception cref="ArgumentException">A disk is longer than its device, or a device is not of this writer.</exception>
    /// <exception cref="IOException">A disk could not be read or the archive not be written.</exception>
    public void Copy(
        IReadOnlyDictionary<VmaDeviceWriter, IBlockSource> disks, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disks);
        foreach ((VmaDeviceWriter device, IBlockSource source) in disks)
        {
            ArgumentException.ThrowIf(!_devices.Contains(device) || source.Length > device.Device.Size,
                $"'{device.Device.Name}' is not a device of this writer, or shorter than its disk", nameof(disks));
        }

        if (disks.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            Start();
            Guarded(_shared!.Flush);
        }

        DiskCopier[] inOrder = [.. disks.OrderBy(pair => pair.Key.Device.Id).Select(pair => new DiskCopier(pair.Key.Clusters, pair.Value))];
        new DiskCopy(this, new CopyPlan(inOrder, _options.ClustersPerExtent), progress, cancellationToken).Run();
    }

    /// <summary>
    /// One <see cref="Copy"/>: worker threads take lot after lot. Each reads, packs and compresses its own, and they seal and write in the order of the
    /// lots. No thread is more than one extent ahead.
    /// </summary>
    private sealed class DiskCopy(VmaWriter writer, CopyPlan plan, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        private readonly Turnstile _turns = new();
        private long _nextLot = -1;

        public void Run() => WorkerGroup.Run((int)Math.Min(writer._options.Parallelism, plan.Lots), "vma copy", Work, CauseFirst);

        /// <summary>A worker that finds the writer failed may be told sooner than the one whose failure that is.</summary>
        private static int CauseFirst(Exception one, Exception other) => ReferenceEquals(other.InnerException, one) ? -1 : 1;

        private void Work()
        {
            try
            {
                using var packer = new ExtentPacker(writer._options.ClustersPerExtent);
                for (long lot = Interlocked.Increment(ref _nextLot); lot < plan.Lots; lot = Interlocked.Increment(ref _nextLot))
                {
                    Pack(packer, lot);
                    _turns.WaitFor(lot);
                    Write(packer, lot);
                }
            }
            catch (Exception failure)
            {
                _turns.Fail(failure);
                throw;
            }
        }

        private void Pack(ExtentPacker packer, long lot)
        {
            foreach ((DiskCopier disk, long first, int count) in plan.RangesOf(lot))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    disk.Pack(packer, first, count, cancellationToken);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    disk.Clusters.Fail(failure);
                    throw;
                }
            }
        }

        private void Write(ExtentPacker packer, long lot)
        {
            ExtentSink sink;
            long turn = 0;
            lock (writer._gate)
            {
                sink = writer.Start();
                writer.Guarded(() =>
                {
                    // A lot that cannot be claimed whole is half claimed and not written: nothing may be committed then.
                    foreach ((DiskCopier disk, long first, int count) in plan.RangesOf(lot))
                    {
                        for (int i = 0; i < count; i++)
                        {
                            disk.Clusters.Claim((uint)(first + i));
                        }
                    }

                    turn = sink.Seal(packer);
                });
            }

            writer.Guarded(() => Report(sink));

            _turns.Pass(lot);
            writer.Guarded(() => sink.Write(turn, packer));
            packer.Reset();
        }

        private void Report(ExtentSink sink)
        {
            try
            {
                progress?.Report(writer.Total());
            }
            catch (Exception failure)
            {
                // The extent is sealed and never written now: the threads behind it would wait for it.
                sink.Fail(failure);
                throw;
            }
        }
    }

    internal VmaProgress Total()
    {
        long bytes = 0, total = 0, zeroes = 0;
        foreach (VmaDeviceWriter device in _devices)
        {
            VmaDeviceProgress one = device.Progress;
            (bytes, total, zeroes) = (bytes + one.Transferred, total + one.Size, zeroes + one.ZeroBytes);
        }

        return new VmaProgress(bytes, total, zeroes);
    }
}
