// SPDX-License-Identifier: MIT

namespace Vma.Tests.Disks;

public sealed class RawDiskSourceTests : BlockSourceContract, IDisposable
{
    private readonly Scratch _directory = new();

    protected override IBlockSource Open(byte[] content)
    {
        string path = _directory[Guid.NewGuid().ToString()];
        using (RawDisk disk = RawDisk.Create(path, content.Length))
        {
            // Stretches of zeros become holes, as in a file that a guest wrote.
            for (int at = 0; at < content.Length; at += 4096)
            {
                ReadOnlySpan<byte> block = content.AsSpan(at, Math.Min(4096, content.Length - at));
                if (block.ContainsAnyExcept((byte)0))
                {
                    disk.WriteAt(at, block);
                }
            }
        }

        return RawDisk.OpenRead(path);
    }

    public void Dispose() => _directory.Dispose();
}

public abstract class RawDiskTargetContract(RawDiskCache cache) : BlockTargetContract, IDisposable
{
    private readonly Scratch _directory = new();

    protected override IBlockTarget Open(byte[] content)
    {
        string path = _directory[Guid.NewGuid().ToString()];
        File.WriteAllBytes(path, content);
        return RawDisk.OpenWrite(path, new RawDiskOptions { Cache = cache });
    }

    protected override byte[] ContentOf(IBlockTarget target)
    {
        var content = new byte[target.Length];
        ((RawDisk)target).ReadAt(0, content);
        return content;
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class RawDiskWriteBackTests() : RawDiskTargetContract(RawDiskCache.WriteBack);

public sealed class RawDiskWriteThroughTests() : RawDiskTargetContract(RawDiskCache.WriteThrough);

public sealed class RawDiskNoneTests() : RawDiskTargetContract(RawDiskCache.None);

public sealed class RawDiskDirectSyncTests() : RawDiskTargetContract(RawDiskCache.DirectSync);

public sealed class RawDiskUnsafeTests() : RawDiskTargetContract(RawDiskCache.Unsafe);
