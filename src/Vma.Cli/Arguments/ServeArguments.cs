// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

internal static class ServeArguments
{
    public static readonly OperandSpec<string[]> Files = new(
        "FILE", ValueKind.File, "The archives; each of their disks is an export.")
    {
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static readonly OptionSpec<string> Socket = new(
        "--socket", "-s", "PATH", ValueKind.File, "Listen on a unix socket; one in a new private directory when nothing is said.");

    public static readonly OptionSpec<string> Listen = new(
        "--listen", "-l", "[ADDR:]PORT", ValueKind.Text, "Listen on TCP; a port alone is for this machine only, 0 for any free one.");

    public static readonly OptionSpec<string> Tls = new(
        "--tls", null, "DIR", ValueKind.Directory, "Serve with TLS only; the directory has server-cert.pem and server-key.pem.");

    public static readonly FlagSpec TlsVerifyClients = new(
        "--tls-verify-clients", null, "Let in only clients whose certificate ca-cert.pem of --tls has signed.");

    public static readonly OptionSpec<string[]> Exports = new(
        "--export", "-e", "NAME=ARCHIVE:DISK", ValueKind.Export, "Serve one disk under a name; may be repeated.");

    public static readonly OptionSpec<string> Run = new(
        "--run", null, "COMMAND", ValueKind.ShellCommand, "Run a shell command that finds $uri, $unixsocket and $port set, and end with it.");

    public static readonly VerbSpec Verb = new(
        "serve", "Give the disks of archives to NBD clients, read-only, without restoring anything.",
        Files, Socket, Listen, Tls, TlsVerifyClients, Exports, Run, SharedArguments.Json, SharedArguments.NoIndex, SharedArguments.Copy,
        SharedArguments.NoVerifyData, SharedArguments.Memory)
    {
        Alternatives = [[Socket, Listen], [Run, SharedArguments.Json]],
    };
}
