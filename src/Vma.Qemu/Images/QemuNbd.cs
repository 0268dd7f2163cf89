// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;
using Vma.Qemu.Host;

namespace Vma.Qemu.Images;

/// <summary>
/// A <c>qemu-nbd</c> of our own that serves one image at a Unix socket which only we can reach. It ends when its last client leaves, when it
/// is disposed, and when our process ends, in whatever way; nothing of it stays.
/// </summary>
public sealed class QemuNbd : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly PrivateDirectory _directory;
    private readonly SupervisedProcess _process;
    private readonly ShownName _image;

    private QemuNbd(PrivateDirectory directory, SupervisedProcess process, string socket, ShownName image) =>
        (_directory, _process, SocketPath, _image) = (directory, process, socket, image);

    /// <summary>The socket. It takes connections at once; an image that cannot be opened closes them.</summary>
    public string SocketPath { get; }

    /// <summary>Starts a server.</summary>
    /// <exception cref="QemuException">The tool is missing, or the image names a file that is not named here.</exception>
    /// <exception cref="IOException">It cannot be started, or the image cannot be read.</exception>
    public static QemuNbd Start(QemuImage image, QemuNbdOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        options ??= new QemuNbdOptions();
        string name = image.ToFileName();
        string tool = QemuTool.Locate(QemuTool.Server);
        string[] command = [tool, .. Arguments(image, options), "--", name];
        Sandbox sandbox = ImageGate.Pass(tool, image, options.Writable);
        var directory = new PrivateDirectory();
        try
        {
            string socket = Path.Combine(directory.Path, "nbd");
            using SafeFileHandle listener = UnixSocket.Listen(socket);
            return new QemuNbd(directory, SupervisedProcess.StartListening(command, listener, sandbox), socket, new ShownName(name, image.Path));
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends the server, whose clients have left, and waits until the image is closed: only then all of it is in the file.
    /// </summary>
    /// <exception cref="QemuException">The server failed; the message is its reason.</exception>
    public void Complete()
    {
        int exitCode = _process.End(Patience);
        if (exitCode != 0)
        {
            throw new QemuException(QemuTool.ErrorLine(_process.Error, _image) ?? $"{QemuTool.Server} ended with exit code {exitCode}");
        }
    }

    /// <summary>Why a client could not connect: what the server said before it ended; null when it did not fail.</summary>
    internal string? EndWithError() => _process.Kill() == 0 ? null : QemuTool.ErrorLine(_process.Error, _image);

    /// <summary>Ends the server and removes its socket.</summary>
    public void Dispose()
    {
        _process.Dispose();
        _directory.Dispose();
    }

    private static IEnumerable<string> Arguments(QemuImage image, QemuNbdOptions options)
    {
        yield return "--shared=0";
        yield return "--discard=unmap";
        yield return "--cache=" + options.Cache switch
        {
            RawDiskCache.WriteThrough => "writethrough",
            RawDiskCache.None => "none",
            RawDiskCache.DirectSync => "directsync",
            RawDiskCache.Unsafe => "unsafe",
            _ => "writeback",
        };
        if (!options.Writable)
        {
            yield return "--read-only";
        }

        if (options.Snapshot is { } snapshot)
        {
            yield return $"--load-snapshot=snapshot.name={QemuQuoting.OptionValue(snapshot)}";
        }

        if (image.FirstKeyFile is { } keyFile)
        {
            yield return $"--object=secret,id={QemuImage.SecretId},file={QemuQuoting.OptionValue(Path.GetFullPath(keyFile))}";
        }
    }
}
