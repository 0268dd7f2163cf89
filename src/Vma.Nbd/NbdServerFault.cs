// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>Something that failed while a server served.</summary>
/// <param name="Connection">The connection's number, counted from 1; 0 when no connection was made.</param>
/// <param name="ExportName">The export's name; null before the client has chosen one.</param>
/// <param name="Message">What failed, in one line.</param>
/// <param name="Error">The exception behind it, if any.</param>
public sealed record NbdServerFault(long Connection, string? ExportName, string Message, Exception? Error);
