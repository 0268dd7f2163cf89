// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>The commands that <c>vma serve</c> prints for people.</summary>
internal static class Announced
{
    /// <summary>The commands by the word in front of them.</summary>
    public static Dictionary<string, string> CommandsOf(string output) => output.Split('\n')
        .Where(line => line.StartsWith("# ", StringComparison.Ordinal) && line.Contains(": ", StringComparison.Ordinal))
        .ToDictionary(line => line[2..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
}

/// <summary>Runs commands as a user who pastes them one after the other in a directory.</summary>
internal sealed class VmaCallSequence(string directory)
{
    public void Run(params string[] commands) =>
        new List<string>(commands).ForEach(command => VmaCall.Shell("cd \"$1\"; eval \"$2\"", directory, command).Run().Succeeded());
}
