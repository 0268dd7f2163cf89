// SPDX-License-Identifier: MIT

using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

// Most of the time a test waits for a process.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
