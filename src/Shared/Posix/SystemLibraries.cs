// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vma.Posix;

/// <summary>
/// Has the libraries that this assembly calls found by the system's loader alone. By itself the framework looks beside the executable first, where a
/// directory of downloads may hold a library that somebody put there.
/// </summary>
internal static class SystemLibraries
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "Must come before the first call.")]
    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(SystemLibraries).Assembly, Load);

    /// <exception cref="DllNotFoundException">The system has none of that name. Nothing else is tried then.</exception>
    private static nint Load(string name, Assembly assembly, DllImportSearchPath? searchPath) => NativeLibrary.Load(name);
}
