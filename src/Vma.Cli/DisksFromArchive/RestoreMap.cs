// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;
using Vma.Nbd;

namespace Vma.Cli.DisksFromArchive;

/// <summary>Opens the targets that a restore map names.</summary>
internal sealed class RestoreMap
{
    /// <summary>How much larger than its device a target may be; storages round sizes up.</summary>
    private const long MaxExcess = 4 << 20;

    private readonly Dictionary<VmaDevice, MapLine> _lines = [];
    private readonly Dictionary<string, Throttle> _groups = new(StringComparer.Ordinal);

    /// <summary>
    /// Reads the map and finds a line for each device. RAM state needs none: then it goes into the directory, and is in
    /// <see cref="Unmapped"/>.
    /// </summary>
    public RestoreMap(IEnumerable<MapLine> lines, VmaManifest manifest, IReadOnlyList<VmaDevice> selected)
    {
        foreach (MapLine line in lines)
        {
            Add(line, DeviceNames.Find(manifest, line.Device));
            AddLimit(line);
        }

        foreach (VmaDevice device in selected.Where(device => !_lines.ContainsKey(device)))
        {
            CommandException.UsageIf(!device.IsMemoryState, $"restore map: device '{device.Name}' is neither mapped nor skipped");

            Unmapped.Add(device);
        }
    }

    /// <summary>The RAM state when the map does not speak of it.</summary>
    public List<VmaDevice> Unmapped { get; } = [];

    /// <summary>Opens a target for each device among <paramref name="selected"/> that is mapped.</summary>
    public void OpenTargets(IReadOnlyList<VmaDevice> selected, List<RestoreTarget> targets)
    {
        foreach (VmaDevice device in selected)
        {
            if (_lines.TryGetValue(device, out MapLine? line) && line.Path is { } path)
            {
                CommandException.UsageIf(targets.Any(target => target.Path == path), $"restore map: two devices go to '{EscapedText.Of(path)}'");

                targets.Add(OpenTarget(device, line, path));
            }
        }
    }

    private void Add(MapLine line, IReadOnlyList<VmaDevice> devices)
    {
        CommandException.UsageIf(line.Path is not null && devices.Count > 1,
            $"restore map: {devices.Count} devices are called '{EscapedText.Of(line.Device)}'; name one of them: {DeviceNames.ListIds(devices)}");

        foreach (VmaDevice device in devices)
        {
            CommandException.UsageIf(!_lines.TryAdd(device, line), $"restore map: device '{device.Name}' stands there twice");
        }
    }

    private RestoreTarget OpenTarget(VmaDevice device, MapLine line, string path)
    {
        string shown = EscapedText.Of(path);
        return Doing.OrFail($"cannot open '{shown}' for device '{device.Name}'", () =>
        {
            string format = FormatOf(line, path);
            IBlockTarget disk = TargetDisk.Open(line, path, format);
            if (!device.IsMemoryState && (disk.Length < device.Size || disk.Length - device.Size > MaxExcess))
            {
                long length = disk.Length;
                disk.Dispose();
                throw CommandException.Failed(
                    $"'{shown}' has {length} bytes; for device '{device.Name}' it needs {device.Size}, and may be at most {MaxExcess} larger");
            }

            return new RestoreTarget(device, path, null, format, disk, ThrottleOf(line) is { } throttle ? throttle.LimitWrites(disk) : disk);
        });
    }

    /// <summary>The format that the line says, or else the path, as far as that is sure.</summary>
    private static string FormatOf(MapLine line, string path)
    {
        if (line.Format is { } said)
        {
            DiskFormats.ThrowIfNotWritable(said);
            return said;
        }

        return path.EndsWith(".raw", StringComparison.Ordinal) || path.StartsWith("/dev/", StringComparison.Ordinal) || NbdUri.TryParse(path, out _)
            ? DiskFormats.Raw
            : throw CommandException.Usage($"restore map: the format of '{EscapedText.Of(path)}' is not known from its name; write format=raw: in front");
    }

    /// <summary>The limit of a group is that of the line which gives one, wherever that stands.</summary>
    private void AddLimit(MapLine line)
    {
        if (line is not { Group: { } group, BytesPerSecond: { } limit and > 0 })
        {
            return;
        }

        if (!_groups.TryGetValue(group, out Throttle? known))
        {
            _groups.Add(group, new Throttle(limit));
        }
        else if (known.BytesPerSecond != limit)
        {
            throw CommandException.Usage($"restore map: group '{EscapedText.Of(group)}' has two limits, {known.BytesPerSecond} and {limit}");
        }
    }

    private Throttle? ThrottleOf(MapLine line) => line switch
    {
        { Group: { } group } => _groups.GetValueOrDefault(group),
        { BytesPerSecond: { } limit and > 0 } => new Throttle(limit),
        _ => null,
    };
}
