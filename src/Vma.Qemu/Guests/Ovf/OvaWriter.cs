// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vma.Failures;
using Vma.Streams;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>
/// Writes an OVA: the descriptor, the disks as stream-optimised VMDKs, and the manifest. Each goes straight into the tar file; its header is written when its
/// length is known.
/// </summary>
public static class OvaWriter
{
    private const int Block = 512;
    private const int MaxName = 100;
    private const long MaxOctal = 1L << 33;

    /// <summary>Writes a package.</summary>
    /// <param name="output">Empty and seekable.</param>
    /// <param name="name">What its descriptor and manifest are called, without an extension; short, and plain.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="disks">The content of each of its disks, in their order; each is as long as the disk's capacity, or shorter.</param>
    /// <param name="progress">Gets the bytes of the disks that were written, from one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The disks are not those of the machine, or a name or disk does not fit the format.</exception>
    /// <exception cref="IOException">A disk cannot be read, or the package not be written.</exception>
    public static void Run(
        Stream output, string name, OvfMachine machine, IReadOnlyList<IBlockSource> disks,
        IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(disks);
        ArgumentException.ThrowIf(disks.Count != machine.Disks.Count || !machine.Disks.Zip(disks).All(pair => pair.Second.Length <= pair.First.Capacity),
            "the disks are not those of the machine", nameof(disks));

        var manifest = new StringBuilder();
        var descriptor = new MemoryStream();
        machine.Write(descriptor);
        Add($"{name}.ovf", stream => stream.Write(descriptor.GetBuffer(), 0, (int)descriptor.Length));
        long done = 0, total = machine.Disks.Sum(disk => disk.Capacity);
        foreach ((OvfDisk disk, IBlockSource source) in machine.Disks.Zip(disks))
        {
            var vmdk = new StreamVmdk(source, disk.Capacity, disk.FileName);
            Add(disk.FileName, stream => vmdk.Write(stream, bytes => progress?.Report(new VmaProgress(done += bytes, total, 0)), cancellationToken));
        }

        byte[] lines = Encoding.UTF8.GetBytes(manifest.ToString());
        Add($"{name}.mf", stream => stream.Write(lines));
        output.Write(new byte[2 * Block]);

        void Add(string file, Action<Stream> write)
        {
            long start = output.Position;
            output.Write(new byte[Block]);
            using var hashed = new HashedStream(output);
            write(hashed);
            long end = output.Position;
            output.Position = start;
            output.Write(Header(file, end - start - Block));
            output.Position = end;
            output.Write(new byte[(Block - end % Block) % Block]);
            manifest.Append($"SHA256({file})= {System.Convert.ToHexStringLower(hashed.Hash())}\n");
        }
    }

    /// <summary>A header of the ustar form; sizes that its digits cannot hold are written in binary, as GNU tar does.</summary>
    private static byte[] Header(string name, long size)
    {
        var header = new byte[Block];
        ArgumentException.ThrowIf(Encoding.UTF8.GetByteCount(name) > MaxName, $"the name '{name}' is too long for a tar file", nameof(name));

        Encoding.UTF8.GetBytes(name, header);
        Octal(100, 8, 0x1a4); // 0644
        Octal(108, 8, 0);
        Octal(116, 8, 0);
        if (size < MaxOctal)
        {
            Octal(124, 12, size);
        }
        else
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        Octal(136, 12, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = (byte)'0';
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        header[263] = (byte)'0';
        header[264] = (byte)'0';
        Octal(148, 7, header.Sum(one => (long)one));
        header[155] = (byte)' ';
        return header;

        void Octal(int offset, int length, long value)
        {
            string digits = System.Convert.ToString(value, 8).PadLeft(length - 1, '0');
            Encoding.ASCII.GetBytes(digits, header.AsSpan(offset, length - 1));
            header[offset + length - 1] = 0;
        }
    }

    /// <summary>Writes through, and takes the checksum.</summary>
    private sealed class HashedStream(Stream output) : ForwardStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanWrite => true;

        public byte[] Hash() => _hash.GetHashAndReset();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            output.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
