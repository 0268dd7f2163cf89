// SPDX-License-Identifier: MIT

using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Vma.Qemu.Images;
using Vma.Streams;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>An OVA: a tar file with an OVF descriptor, its disks, and mostly a manifest of their checksums. Nothing is unpacked.</summary>
public sealed partial class OvaPackage
{
    private const int MaxFiles = 1000;
    private const int MaxManifest = 1 << 20;

    private readonly Dictionary<string, VmaByteRange> _files;

    private OvaPackage(string path, Dictionary<string, VmaByteRange> files, OvfMachine machine) => (Path, _files, Machine) = (path, files, machine);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the descriptor says.</summary>
    public OvfMachine Machine { get; }

    /// <summary>Reads the list of files and the descriptor.</summary>
    /// <exception cref="OvfException">It is no OVA, or its descriptor cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static OvaPackage Open(string path)
    {
        using FileStream stream = OpenRead(path);
        Dictionary<string, VmaByteRange> files = ReadList(stream);
        string descriptor = files.Keys.FirstOrDefault(name => name.EndsWith(".ovf", StringComparison.OrdinalIgnoreCase))
            ?? throw new OvfException("there is no OVF descriptor in it");
        using Stream content = Content(stream, files[descriptor]);
        OvfMachine machine = OvfMachine.Read(content);
        return machine.Disks.FirstOrDefault(disk => !files.ContainsKey(disk.FileName)) is { } missing
            ? throw new OvfException($"the file '{missing.FileName}' of the OVF descriptor is not in it")
            : new OvaPackage(path, files, machine);
    }

    /// <summary>
    /// A disk of the machine as an image in this file. Its maker is a stranger, and QEMU would open any file that the image names. So it must be a
    /// VMDK or qcow2 image that names none, or raw. Its first bytes are looked at here, and no tool is run.
    /// </summary>
    /// <param name="disk">The disk.</param>
    /// <param name="format">The format of its file, as QEMU calls it.</param>
    /// <exception cref="ArgumentException">It is a disk of another machine.</exception>
    /// <exception cref="OvfException">It has another format, names another file, or is encrypted or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public QemuImage ImageOf(OvfDisk disk, string format = "vmdk")
    {
        ArgumentNullException.ThrowIfNull(disk);
        VmaByteRange range = _files.TryGetValue(disk.FileName, out VmaByteRange found) ? found
            : throw new ArgumentException($"there is no file '{disk.FileName}'", nameof(disk));
        using FileStream stream = OpenRead(Path);
        using Stream content = Content(stream, range);
        if (ForeignImage.WhyNot(content, format) is { } reason)
        {
            throw new OvfException($"the file '{disk.FileName}' in it {reason}");
        }

        return new QemuImage(Path, format) { Range = range };
    }

    /// <summary>Compares all files that the manifest names with their checksums; false when there is no manifest.</summary>
    /// <exception cref="OvfException">A file differs, or the manifest cannot be read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool Verify(CancellationToken cancellationToken = default)
    {
        if (_files.Keys.FirstOrDefault(name => name.EndsWith(".mf", StringComparison.OrdinalIgnoreCase)) is not { } manifest)
        {
            return false;
        }

        OvfException.ThrowIf(_files[manifest].Length > MaxManifest, "its manifest is too long");

        using FileStream stream = OpenRead(Path);
        using var lines = new StreamReader(Content(stream, _files[manifest]), Encoding.UTF8);
        var hashes = new Dictionary<(string Algorithm, string Name), string>(); // a manifest can name a file in each of its lines
        while (lines.ReadLine() is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            Match match = ManifestLine().Match(line);
            if (!match.Success || !_files.TryGetValue(match.Groups[2].Value, out VmaByteRange range))
            {
                throw new OvfException("its manifest has a line that is not understood, or names a file that is not there");
            }

            (string Algorithm, string Name) file = (match.Groups[1].Value, match.Groups[2].Value);
            if (!hashes.TryGetValue(file, out string? hash))
            {
                hashes.Add(file, hash = HashOf(range, file.Algorithm, cancellationToken));
            }

            OvfException.ThrowIf(
                !hash.Equals(match.Groups[3].Value, StringComparison.OrdinalIgnoreCase),
                $"the file '{file.Name}' in it does not match its checksum in the manifest");
        }

        return true;
    }

    private string HashOf(VmaByteRange range, string algorithm, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(new HashAlgorithmName(algorithm));
        using FileStream file = OpenRead(Path);
        using Stream content = Content(file, range);
        var buffer = new byte[1 << 20];
        for (int read = content.Read(buffer); read > 0; read = content.Read(buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return System.Convert.ToHexString(hash.GetHashAndReset());
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static Dictionary<string, VmaByteRange> ReadList(FileStream stream)
    {
        var files = new Dictionary<string, VmaByteRange>(StringComparer.Ordinal);
        try
        {
            using var gate = new TarHeaderGate(stream);
            using var reader = new TarReader(gate, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.DataOffset >= 0)
                {
                    OvfException.ThrowIf(entry.DataOffset + entry.Length > stream.Length, $"it ends inside the file '{name}'");
                    OvfException.ThrowIf(!files.TryAdd(name, new VmaByteRange(entry.DataOffset, entry.Length)) || files.Count > MaxFiles,
                        $"it has the file '{name}' twice, or more files than an OVA has");
                }
            }

            return files;
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or EndOfStreamException
            or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new OvfException("it is not a whole tar file", failure);
        }
    }

    private static RangeStream Content(FileStream stream, VmaByteRange range)
    {
        stream.Position = range.Offset;
        return new RangeStream(stream, range.Length);
    }

    [GeneratedRegex(@"^(SHA1|SHA256|SHA512) ?\((.+)\) ?= ?([0-9A-Fa-f]+)\s*$")]
    private static partial Regex ManifestLine();

    /// <summary>The next bytes of a stream, read forward.</summary>
    private sealed class RangeStream(Stream stream, long length) : ForwardStream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override int Read(Span<byte> buffer)
        {
            int read = stream.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }
    }
}
