// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <summary>A way to start a guest.</summary>
/// <param name="Arguments">The arguments for QEMU, without the program's name.</param>
/// <param name="Notes">What of the config is not in them, one line each; any text can be in there.</param>
public sealed record QemuCommandLine(IReadOnlyList<string> Arguments, IReadOnlyList<string> Notes);
