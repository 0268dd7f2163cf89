// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Serve;

internal static class ServeCommand
{
    public static Command Build(CommandContext context)
    {
        var files = new Argument<string[]>("FILE") { Description = "The archives; each of their disks is an export.", Arity = ArgumentArity.ZeroOrMore };
        var socket = new Option<string>("--socket", "-s") { Description = "Listen on a unix socket; one in a new private directory when nothing is said.", HelpName = "PATH" };
        var listen = new Option<string>("--listen", "-l") { Description = "Listen on TCP; a port alone is for this machine only, 0 for any free one.", HelpName = "[ADDR:]PORT" };
        var tls = new Option<string>("--tls") { Description = "Serve with TLS only; the directory has server-cert.pem and server-key.pem.", HelpName = "DIR" };
        var tlsClients = new Option<bool>("--tls-verify-clients") { Description = "Let in only clients whose certificate ca-cert.pem of --tls has signed." };
        var exports = new Option<string[]>("--export", "-e") { Description = "Serve one disk under a name; may be repeated.", HelpName = "NAME=ARCHIVE:DISK" };
        var run = new Option<string>("--run") { Description = "Run a shell command that finds $uri, $unixsocket and $port set, and end with it.", HelpName = "COMMAND" };
        var seekable = new SeekableOptions();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("serve", "Give the disks of archives to NBD clients, read-only, without restoring anything.") { files, socket, listen, tls, tlsClients, exports, run, json };
        seekable.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(socket) is not null && parsed.GetValue(listen) is not null)
            {
                throw CommandException.Usage("--socket and --listen do not go together");
            }

            if (parsed.GetValue(run) is not null && parsed.GetValue(json))
            {
                throw CommandException.Usage("--run and --json do not go together: standard output is the command's");
            }

            if (parsed.GetValue(tls) is null && parsed.GetValue(tlsClients))
            {
                throw CommandException.Usage("--tls-verify-clients needs --tls");
            }

            return new ServeRun(context, new ServeRequest(parsed.GetValue(files) ?? [], parsed.GetValue(exports) ?? [], seekable.Request(parsed))
            {
                Socket = parsed.GetValue(socket),
                Listen = parsed.GetValue(listen),
                Certificates = parsed.GetValue(tls),
                VerifyClients = parsed.GetValue(tlsClients),
                Command = parsed.GetValue(run),
                Json = parsed.GetValue(json),
            }).Execute();
        });
        return command;
    }
}
