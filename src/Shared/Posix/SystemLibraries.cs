// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

// The system's loader alone finds the libraries that this assembly calls. By itself the framework looks beside the executable first, where a directory
// of downloads may hold a library that a stranger put there.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
