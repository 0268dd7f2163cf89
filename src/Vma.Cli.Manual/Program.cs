// SPDX-License-Identifier: MIT

namespace Vma.Cli.Manual;

internal static class Program
{
    /// <summary>Writes all generated files below the folder that is the only argument.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments is not [{ } docs])
        {
            System.Console.Error.WriteLine("usage: Vma.Cli.Manual DOCS");
            return 2;
        }

        foreach (GeneratedFile file in GeneratedFile.All())
        {
            string path = Path.Combine(docs, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Text);
        }

        return 0;
    }
}
