// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Images;

/// <summary>What an image is called in messages.</summary>
/// <param name="Given">What QEMU was given for it, and says.</param>
/// <param name="Shown">What its user calls it, and shall read.</param>
internal readonly record struct ShownName(string Given, string Shown);
