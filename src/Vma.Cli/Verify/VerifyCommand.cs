// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Verify;

internal static class VerifyCommand
{
    public static Command Build(CommandContext context)
    {
        var files = new Argument<string[]>("FILE") { Description = "The archives; '-' is standard input.", Arity = ArgumentArity.OneOrMore };
        Option<bool> verbose = CommonOptions.Verbose();
        var quick = new Option<bool>("--quick") { Description = "Read only headers: find what is missing, but do not check data." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("verify", "Find everything that is wrong with archives.") { files, verbose, quick, json };
        command.SetAction(parsed =>
        {
            var verified = new List<VerifiedElement>();
            foreach (string path in parsed.GetRequiredValue(files))
            {
                verified.Add(Verify(context, path, parsed.GetValue(verbose) && !parsed.GetValue(json), !parsed.GetValue(quick)));
            }

            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Terminal, new VerifyDocument(VerifyDocument.Version, verified), VerifyContract.Default.VerifyDocument);
            }

            return verified.All(one => one.Ok) ? ExitCode.Done : verified.Any(one => one.Error is null && !one.Ok) ? ExitCode.Damaged : ExitCode.Failed;
        });
        return command;
    }

    private static VerifiedElement Verify(CommandContext context, string path, bool verbose, bool readData)
    {
        Terminal terminal = context.Terminal;
        string name = ArchiveFile.DisplayName(path);
        try
        {
            using VmaReader reader = ArchiveFile.Open(path);
            if (verbose)
            {
                ManifestText.Write(reader.Manifest, terminal);
            }

            ProgressDisplay progress = ReadSummary.Progress(terminal, "verify", verbose);
            var options = new VmaVerifyOptions { ReadData = readData, OnFinding = fault => terminal.Error($"{name}: {Label(fault)}{fault}") };
            VmaReadReport report = reader.Verify(options, progress);
            progress.Finish();
            if (verbose)
            {
                ReadSummary.WriteTotals(terminal, report);
            }

            WriteSummary(terminal, name, report, readData);
            return VerifiedElement.From(path, report);
        }
        catch (CommandException failure) when (failure.InnerException is VmaException damage)
        {
            terminal.Error(failure.Message);
            return VerifiedElement.From(path, damage.Fault);
        }
        catch (CommandException failure) when (failure.ExitCode == ExitCode.Failed)
        {
            terminal.Error(failure.Message);
            return VerifiedElement.From(path, failure.Message);
        }
        catch (IOException failure)
        {
            string message = $"cannot read '{name}': {Reason.Of(failure)}";
            terminal.Error(message);
            return VerifiedElement.From(path, message);
        }
    }

    private static string Label(VmaFault fault) => fault.Severity == VmaSeverity.Warning ? "warning: " : string.Empty;

    private static void WriteSummary(Terminal terminal, string name, VmaReadReport report, bool readData)
    {
        foreach (VmaReadDevice device in report.Devices.Where(device => report.Errors > 0))
        {
            terminal.Error($"{name}: device '{device.Device.Name}': {device.Clusters} clusters good, {device.MissingClusters} missing, {device.DamagedClusters} damaged, {device.StoredBytes} bytes stored");
        }

        string data = report switch
        {
            { DataChecked: true } => "data checked",
            _ when !readData => "data not read",
            { Sealed: true } => "not all data could be checked",
            _ => "data could not be checked: no seals were seen",
        };
        string verdict = report.Errors == 0 ? "good" : $"DAMAGED, {report.Errors} {(report.Errors == 1 ? "error" : "errors")}";
        terminal.Error($"{name}: {verdict}; {data}");
    }
}
