// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Qmp;

/// <summary>The monitor or the agent at the other end cannot be reached, does not answer, or says what makes no sense.</summary>
/// <param name="message">What went wrong, in one line.</param>
/// <param name="innerException">Its cause, or null.</param>
public class QmpException(string message, Exception? innerException = null) : IOException(message, innerException);
