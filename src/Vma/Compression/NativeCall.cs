// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>Turns a missing system library into one clear line; every other feature goes on working.</summary>
internal static class NativeCall
{
    public static T Of<T>(string library, string package, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (DllNotFoundException missing)
        {
            throw new NotSupportedException($"{library} is not installed; install the package {package}", missing);
        }
    }
}
