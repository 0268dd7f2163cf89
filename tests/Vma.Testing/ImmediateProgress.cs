// SPDX-License-Identifier: MIT

namespace Vma.Testing;

/// <summary>Progress that is told at once, on the thread that reports it.</summary>
public sealed class ImmediateProgress<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
