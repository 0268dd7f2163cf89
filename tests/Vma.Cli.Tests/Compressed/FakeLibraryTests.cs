// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Compressed;

/// <summary>Libraries come from the system's directories, and never from beside the executable or the directory in which it is called.</summary>
public sealed class FakeLibraryTests
{
    [Theory]
    [InlineData("zstd -q")]
    [InlineData("lzop")]
    public void A_library_beside_the_executable_or_in_the_working_directory_is_not_loaded(string compressor)
    {
        using var scratch = new Scratch();
        string file = scratch.File("a", Tool.Compress(compressor, Places.Golden("three-disks.vma")));

        // A real library, but each under the other's name: a command that loads it misses what it calls.
        const string Script = """
            PATH=$PATH:/sbin:/usr/sbin
            path() { ldconfig -p | sed -nE "s/^[[:space:]]*$1 .*=> //p" | head -n 1; }
            zstd=$(path libzstd.so.1) lzo=$(path liblzo2.so.2)
            [ -n "$zstd" ] && [ -n "$lzo" ] || exit 77
            for directory in "$1/program" "$1/work"; do
                mkdir "$directory"
                cp "$zstd" "$directory/liblzo2.so.2"
                cp "$lzo" "$directory/libzstd.so.1"
                cp "$lzo" "$directory/libc.so"
            done
            cp -r "$(dirname "$VMA")/." "$1/program"
            cd "$1/work"
            exec "$1/program/vma" verify "$2"
            """;
        VmaResult result = VmaCall.Shell(Script, scratch.Path, file).Run();
        Assert.SkipWhen(result.ExitCode == 77, "needs ldconfig, libzstd1 and liblzo2-2");
        result.Succeeded();
    }
}
