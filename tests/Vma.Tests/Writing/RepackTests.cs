// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Writing;

public sealed class RepackTests
{
    [Fact]
    public void A_repack_ends_when_it_is_cancelled_while_it_unpacks_an_archive()
    {
        using var cancelled = new CancellationTokenSource();
        using var spool = new MemoryStream();
        var options = new VmaRepackOptions { Spool = Open };
        using var pipe = new ChunkedStream(SealedSample.Varied(1), seed: 1);
        Assert.Throws<OperationCanceledException>(() => VmaRepack.Run(pipe, new MemoryStream(), options, cancellationToken: cancelled.Token));
        Assert.Empty(spool.ToArray());

        Stream Open()
        {
            cancelled.Cancel();
            return spool;
        }
    }
}
