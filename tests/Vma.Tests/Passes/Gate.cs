// SPDX-License-Identifier: MIT

namespace Vma.Tests.Passes;

/// <summary>Lets a pass go on up to a place, and further when it is told.</summary>
internal sealed class Gate(long place) : IProgress<VmaProgress>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim _isOpen = new();
    private readonly ManualResetEventSlim _isReached = new();

    public void Report(VmaProgress value)
    {
        if (value.Bytes >= place)
        {
            _isReached.Set();
            _isOpen.Wait(Patience);
        }
    }

    /// <summary>Returns when the pass stands.</summary>
    public void WaitUntilReached() => Assert.True(_isReached.Wait(Patience));

    public void Open() => _isOpen.Set();

    public void Dispose()
    {
        _isOpen.Dispose();
        _isReached.Dispose();
    }
}
