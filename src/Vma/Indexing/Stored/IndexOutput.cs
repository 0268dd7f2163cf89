// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;
using Vma.Posix;

namespace Vma.Indexing.Stored;

/// <summary>The file of an index that is made.</summary>
/// <param name="file">The file, which is closed with this.</param>
/// <param name="final">The name that it gets when it is whole; null where it gets none.</param>
internal sealed class IndexOutput(FileStream file, string? final) : IDisposable
{
    private bool _isPublished;

    public SafeFileHandle Handle => file.SafeFileHandle;

    /// <summary>Gives a whole index its name; it stays open.</summary>
    public void Publish()
    {
        if (final is not null && !FinalName.TryGive(file.Name, final))
        {
            // Another maker was there before; its index is as good.
            File.Delete(file.Name);
        }

        _isPublished = final is not null;
    }

    public void Dispose()
    {
        file.Dispose();
        if (final is not null && !_isPublished)
        {
            File.Delete(file.Name);
        }
    }
}
