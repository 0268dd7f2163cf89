// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Qmp;

/// <summary>How long a client waits, and how much it takes at once.</summary>
public sealed record QmpClientOptions
{
    /// <summary>How long to wait for the connection and the greeting. The default is 5 seconds.</summary>
    public TimeSpan GreetingTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a command may take. The default is a minute.</summary>
    public TimeSpan CommandTimeout { get; init => field = Positive(value); } = TimeSpan.FromMinutes(1);

    /// <summary>The longest line that is taken, in bytes, 1,024 to 2^30. The default is 16 MiB; the schema of QEMU has about 300 KiB.</summary>
    public int MaxLineLength
    {
        get;
        init => field = value is >= 1024 and <= 1 << 30 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1,024 to 2^30");
    } = 16 << 20;

    internal static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero && value.TotalMilliseconds < int.MaxValue ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "more than nothing");
}
