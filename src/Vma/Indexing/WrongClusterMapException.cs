// SPDX-License-Identifier: MIT

namespace Vma.Indexing;

/// <summary>A cluster map does not tell what the extents do. No caller outside sees it: the archive is indexed without the map.</summary>
internal sealed class WrongClusterMapException() : Exception("the cluster map does not fit the extents");
