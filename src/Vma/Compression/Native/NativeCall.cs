// SPDX-License-Identifier: MIT

using Vma.Failures;

namespace Vma.Compression.Native;

/// <summary>Turns a missing system library into one clear line; every other feature goes on working.</summary>
internal static class NativeCall
{
    /// <summary>What a library made, which is null when memory is gone.</summary>
    public static nint Made(string library, string package, Func<nint> make) =>
        Of(library, package, make) is not 0 and var made ? made : throw new InsufficientMemoryException($"{library} has no memory left");

    public static T Of<T>(string library, string package, Func<T> call) => Attempt.Or(
        call, (DllNotFoundException missing) => throw new NotSupportedException($"{library} is not installed; install the package {package}", missing));
}
