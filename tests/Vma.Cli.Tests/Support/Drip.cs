// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.IO.Pipes;

namespace Vma.Cli.Tests.Support;

/// <summary>Feeds a pipe a few bytes at a time, the next ones when the last were read.</summary>
internal static class Drip
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromMilliseconds(50);

    /// <summary>1 to 4,096 bytes at a time.</summary>
    public static Action<Stream> Unevenly(byte[] data)
    {
        var random = new Random(data.Length);
        return By(data, () => random.Next(1, (1 << random.Next(1, 13)) + 1));
    }

    public static Action<Stream> ByteByByte(byte[] data) => By(data, () => 1);

    private static Action<Stream> By(byte[] data, Func<int> size) => stream =>
    {
        var pipe = (AnonymousPipeClientStream)stream;
        for (int at = 0; at < data.Length;)
        {
            int count = Math.Min(size(), data.Length - at);
            pipe.Write(data, at, count);
            at += count;

            // When the command no longer reads, the next write fails.
            var watch = Stopwatch.StartNew();
            while (Native.Unread(pipe.SafePipeHandle) > 0 && watch.Elapsed < GiveUp)
            {
                Thread.Yield();
            }
        }
    };
}
