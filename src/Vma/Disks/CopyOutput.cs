// SPDX-License-Identifier: MIT

using Vma.Streams;

namespace Vma.Disks;

/// <summary>The file of an archive's copy. A failure to write it is told with its name: that the archive could not be read is another matter.</summary>
internal sealed class CopyOutput(FileStream file) : ForwardStream
{
    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            throw Named(file.Name, failure);
        }
    }

    /// <summary>Does something with the copy or its directory; a failure names it.</summary>
    public static T Naming<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            throw Named(path, failure);
        }
    }

    /// <inheritdoc cref="Naming{T}"/>
    public static void Naming(string path, Action work) => Naming(path, () =>
    {
        work();
        return true;
    });

    // The framework makes an argument out of range of a file that may not grow (EFBIG).
    private static bool IsRefusal(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>The cause is in the text, and not inside: callers that look for the innermost reason would lose the name.</summary>
    private static IOException Named(string path, Exception failure) => new(failure is ArgumentOutOfRangeException
        ? $"'{Path.GetDirectoryName(path)}' takes no file of that size" : $"its seekable copy '{path}' cannot be made: {failure.Message}");
}
