// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Serve;

internal static class ServeCommand
{
    public static Command Build(CommandContext context) => ServeArguments.Verb.ToCommand(parsed =>
    {
        CommandException.UsageIf(parsed.GetValue(ServeArguments.Socket) is not null && parsed.GetValue(ServeArguments.Listen) is not null,
            "--socket and --listen do not go together");
        CommandException.UsageIf(parsed.GetValue(ServeArguments.Run) is not null && parsed.GetValue(SharedArguments.Json),
            "--run and --json do not go together: standard output is the command's");
        CommandException.UsageIf(parsed.GetValue(ServeArguments.Tls) is null && parsed.GetValue(ServeArguments.TlsVerifyClients),
            "--tls-verify-clients needs --tls");

        string[] files = parsed.GetValue(ServeArguments.Files) ?? [], exports = parsed.GetValue(ServeArguments.Exports) ?? [];
        return new ServeRun(context, new ServeRequest(files, exports, SeekableOptions.Request(parsed))
        {
            Socket = parsed.GetValue(ServeArguments.Socket),
            Listen = parsed.GetValue(ServeArguments.Listen),
            Certificates = parsed.GetValue(ServeArguments.Tls),
            VerifyClients = parsed.GetValue(ServeArguments.TlsVerifyClients),
            Command = parsed.GetValue(ServeArguments.Run),
            Json = parsed.GetValue(SharedArguments.Json),
        }).Execute();
    });
}
