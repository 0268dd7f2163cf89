// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>Shows progress until an archive is open. A pass over it that goes on behind that shows none.</summary>
internal sealed class OpeningProgress(IProgress<VmaProgress> display) : IProgress<VmaProgress>
{
    private volatile bool _isOpen;

    public void Report(VmaProgress value)
    {
        if (!_isOpen && value.TotalBytes > 0)
        {
            display.Report(value);
        }
    }

    public void End() => _isOpen = true;
}
