// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Restore;

/// <summary>A restore with a map, into targets in a scratch directory.</summary>
internal sealed class RestoreCall : IDisposable
{
    private const byte Garbage = 0xaa;

    private readonly Scratch _scratch = new();

    public RestoreCall(ArchiveBuilder archive)
    {
        Archive = archive;
        _scratch.File("a.vma", archive.Build());
    }

    public ArchiveBuilder Archive { get; }

    public Scratch Scratch => _scratch;

    /// <summary>A target full of old data.</summary>
    public string Target(string name, int length)
    {
        var old = new byte[length];
        old.AsSpan().Fill(Garbage);
        return _scratch.File(name, old);
    }

    /// <summary>Runs it; <c>@</c> in the map stands for the scratch directory.</summary>
    public VmaResult Run(string map, params string[] more)
    {
        byte[] input = Encoding.UTF8.GetBytes(map.Replace("@", _scratch.Path));
        return new VmaCall(["extract", "-r", "/dev/stdin", _scratch["a.vma"], _scratch["out"], .. more]) { Input = input }.Run();
    }

    public byte[] Read(string name) => File.ReadAllBytes(_scratch[name]);

    /// <summary>Whether all bytes are those that were there before.</summary>
    public static bool IsGarbage(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept(Garbage);

    public void Dispose() => _scratch.Dispose();
}
