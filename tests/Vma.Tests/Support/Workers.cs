// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>Runs cases on threads of their own: the thread pool is left to the library, which decodes on it.</summary>
internal static class Workers
{
    public static void ForEach<T>(IEnumerable<T> cases, Action<T> body)
    {
        var waiting = new Queue<T>(cases);
        Task.WaitAll([.. Enumerable.Range(0, Environment.ProcessorCount)
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);

        void Work()
        {
            while (true)
            {
                T next;
                lock (waiting)
                {
                    if (!waiting.TryDequeue(out next!))
                    {
                        return;
                    }
                }

                body(next);
            }
        }
    }
}
