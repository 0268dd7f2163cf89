// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vma.Qemu.Qmp;

/// <summary>A way to a QEMU's monitor. All members may be called from several threads at once.</summary>
public interface IQmpMonitor : IDisposable
{
    /// <summary>What is at the other end, for messages.</summary>
    string Name { get; }

    /// <summary>Whether a command can carry an open file.</summary>
    bool PassesDescriptors { get; }

    /// <summary>Runs a command and waits for its end.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Its arguments, or null for none.</param>
    /// <param name="descriptor">A file that goes with the command, as <c>getfd</c> and <c>add-fd</c> take one. It stays open here.</param>
    /// <param name="cancellationToken">Ends the waiting; what the command then does is not known.</param>
    /// <returns>What it returned.</returns>
    /// <exception cref="QmpCommandException">QEMU refused it.</exception>
    /// <exception cref="QmpException">There is no connection, or no answer in time.</exception>
    /// <exception cref="NotSupportedException">Descriptors cannot be passed.</exception>
    JsonElement Execute(string command, JsonObject? arguments = null, SafeHandle? descriptor = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The next event of a kind, which is taken out of those that came; null when none came within <paramref name="timeout"/>. A
    /// monitor without events waits and gives null, so a caller that waits for a state asks for it as well.
    /// </summary>
    /// <exception cref="QmpException">The connection ended.</exception>
    QmpEvent? WaitForEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default);
}
