// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

internal static class CatArguments
{
    public static readonly OperandSpec<string> Disk = new("DISK", ValueKind.Device, "The device's name, scsi0 for drive-scsi0, or dev_id:N.");

    public static readonly OptionSpec<string> Offset = new(
        "--offset", null, "BYTES", ValueKind.Text, "Where to begin on the disk: bytes, with K, M, G or T for powers of 1024; 0 when left out.");

    public static readonly OptionSpec<string> Length = new(
        "--length", null, "BYTES", ValueKind.Text, "How many bytes to write; all up to the disk's end when left out.");

    public static readonly VerbSpec Verb = new(
        "cat", "Write a disk, or a part of it, to standard output.",
        SharedArguments.SeekableArchive, Disk, Offset, Length, SharedArguments.NoIndex, SharedArguments.Copy, SharedArguments.NoVerifyData,
        SharedArguments.Memory);
}
