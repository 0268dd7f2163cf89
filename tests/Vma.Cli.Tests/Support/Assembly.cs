// SPDX-License-Identifier: MIT

// Most of the time a test waits for a process.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
