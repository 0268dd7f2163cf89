// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Vma.Cli.Manual;

/// <summary>The texts and templates that are compiled in.</summary>
internal static class Resource
{
    private const string MadeBy = "# Made from src/Vma.Cli/Arguments by './build.sh docs'; do not change it here.\n";

    /// <summary>Reads one; null when there is none of this name.</summary>
    public static string? Find(string name)
    {
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Reads one that must be there.</summary>
    public static string Read(string name) => Find(name) ?? throw new InvalidOperationException($"'{name}' is missing in src/Vma.Cli.Manual");

    /// <summary>Reads a template, and puts generated text in the place of its line that says <c># TABLE</c>.</summary>
    public static string Fill(string template, string table) =>
        Read(template).Replace("# TABLE\n", MadeBy + table, StringComparison.Ordinal);
}
