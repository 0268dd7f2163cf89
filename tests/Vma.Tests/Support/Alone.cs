// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>Tests that measure what the process allocates, and so run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
