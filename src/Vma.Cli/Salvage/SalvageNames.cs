// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Restore;

namespace Vma.Cli.Salvage;

/// <summary>Gives each device a file name of its own: what can be saved is never left out for its name.</summary>
internal sealed class SalvageNames
{
    private const int MaxFileNameLength = 200;

    private readonly HashSet<string> _taken;

    public SalvageNames(IEnumerable<string> taken) => _taken = [.. taken];

    public string Next(VmaDevice device)
    {
        string name = RestoreDirectory.FileNameOf(device);
        if (Encoding.UTF8.GetByteCount(name) <= MaxFileNameLength && _taken.Add(name))
        {
            return name;
        }

        name = $"disk-dev_id{device.Id}.raw";
        while (!_taken.Add(name))
        {
            name = $"again-{name}";
        }

        return name;
    }
}
