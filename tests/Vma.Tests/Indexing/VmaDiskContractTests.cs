// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

public abstract class VmaDiskContract(string form) : BlockSourceContract, IDisposable
{
    private readonly List<VmaArchive> _archives = [];

    protected override IBlockSource Open(byte[] content)
    {
        if (content.Length == 0)
        {
            return new MemoryDisk(0); // the format has no disk without a size
        }

        // The disk in question stands between two others.
        byte[] archive = ArchiveForms.Make(form, [Pattern.Full(100_000), content, Pattern.Full(70_000, seed: 2)], perExtent: 7);
        _archives.Add(VmaArchive.Open(new MemoryStream(archive)));
        return _archives[^1].OpenDisk("disk1");
    }

    public void Dispose()
    {
        _archives.ForEach(static archive => archive.Dispose());
        GC.SuppressFinalize(this);
    }
}

public sealed class DiskOfPlainTests() : VmaDiskContract("plain");

public sealed class DiskOfSealedTests() : VmaDiskContract("sealed");

public sealed class DiskOfZstTests() : VmaDiskContract("zst");

public sealed class DiskOfUnsealedZstTests() : VmaDiskContract("unsealed zst");

public sealed class DiskOfPzstdTests() : VmaDiskContract("pzstd");

public sealed class DiskOfZstdFramesTests() : VmaDiskContract("zstd frames");

public sealed class DiskOfLzoTests() : VmaDiskContract("lzo");

public sealed class DiskOfLzopFileTests() : VmaDiskContract("lzop file");
