// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Failures;
using Vma.Qemu.Host;

namespace Vma.Qemu.Qmp;

/// <summary>Commands to a domain through libvirt's <c>virsh</c>, a process for each.</summary>
/// <exception cref="QmpException">There is no virsh.</exception>
internal sealed class Virsh(string domain, VirshOptions options)
{
    private const string FirstPassed = "3"; // behind the standard ones
    private const int MaxArgument = 131_071; // MAX_ARG_STRLEN without the zero at the end

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly string _program = HostProgram.Find(options.Program)
        ?? throw new QmpException($"{options.Program} is missing, through which libvirt's domains are reached; install the package libvirt-clients");

    public string Name => $"libvirt's domain {domain}";

    /// <summary>What virsh says about one of its own commands.</summary>
    public string Help(string of, CancellationToken cancellationToken) => Run(["help", of], "help", passed: null, cancellationToken);

    /// <summary>Sends a command in JSON by one of virsh's, and gives what it returned.</summary>
    public JsonElement Send(string by, string command, JsonObject? arguments, SafeHandle? passed, CancellationToken cancellationToken)
    {
        string text = QmpMessage.Command(command, arguments).ToJsonString();
        if (Encoding.UTF8.GetByteCount(text) > MaxArgument)
        {
            throw new QmpException($"{command} for {Name} is too long for a command line");
        }

        string output = Run([by, "--domain", domain, .. passed is null ? (string[])[] : [VirshMonitor.Passing, FirstPassed], "--cmd", text], command, passed,
            cancellationToken);
        JsonElement answer = Attempt.Or(
            () => JsonElement.Parse(output), (JsonException wrong) => throw new QmpException($"{Name} sent something that is not QMP", wrong));
        return QmpMessage.ResultOf(command, answer);
    }

    private string Run(IEnumerable<string> arguments, string command, SafeHandle? passed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] connection = options.ConnectionUri is { } uri ? ["--connect", uri] : [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.CommandTimeout);
        try
        {
            using SupervisedProcess process = SupervisedProcess.Start([_program, "--quiet", .. connection, .. arguments], passed);
            byte[] output = process.WaitForOutput(limit.Token);
            int exitCode = process.End(EndPatience);
            return exitCode == 0 ? Encoding.UTF8.GetString(output)
                : throw new QmpException(ErrorLine(process.Error) ?? $"virsh ended with exit code {exitCode} at {command}");
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QmpException($"{Name} did not answer {command} within {options.CommandTimeout.TotalSeconds:0.#} seconds", late);
        }
        catch (IOException failure) when (failure is not QmpException)
        {
            throw new QmpException($"cannot run {_program}: {failure.Message}", failure);
        }
    }

    /// <summary>What virsh said on several lines, as one; null when it said nothing.</summary>
    private static string? ErrorLine(string error)
    {
        const string Mark = "error: ";
        string[] lines = [.. error.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith(Mark, StringComparison.Ordinal))
            .Select(line => line[Mark.Length..])];
        return lines.Length > 0 ? $"virsh: {string.Join(": ", lines)}" : null;
    }
}
