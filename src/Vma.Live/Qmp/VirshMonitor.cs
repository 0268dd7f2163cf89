// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Live.Qemu;

namespace Vma.Live.Qmp;

/// <summary>
/// The monitor of a libvirt domain, which libvirt holds: each command goes through a <c>virsh qemu-monitor-command</c> of its own. There are no
/// events. All members may be called from several threads at once.
/// </summary>
public sealed class VirshMonitor : IQmpMonitor
{
    private const string Passing = "--pass-fds";
    private const string FirstPassed = "3"; // behind the standard ones
    private const int MaxArgument = 131_071; // MAX_ARG_STRLEN without the zero at the end

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly string _program;
    private readonly VirshOptions _options;

    private VirshMonitor(string program, string domain, VirshOptions options) => (_program, Domain, _options) = (program, domain, options);

    /// <summary>The domain: its name, UUID or number.</summary>
    public string Domain { get; }

    /// <inheritdoc/>
    public string Name => $"libvirt's domain {Domain}";

    /// <summary>Whether this virsh can pass open files, as it does from 8.2 on. libvirt has to be on this machine, too.</summary>
    public bool PassesDescriptors { get; private init; }

    /// <summary>Finds virsh, and asks the domain's QEMU for a sign of life.</summary>
    /// <param name="domain">The domain's name, UUID or number.</param>
    /// <param name="options">How virsh is run.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="QmpException">There is no virsh, no libvirt, no such domain, or it does not run.</exception>
    public static VirshMonitor Connect(string domain, VirshOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(domain);
        options ??= new VirshOptions();
        string program = QemuTool.Find(options.Program)
            ?? throw new QmpException($"{options.Program} is missing, through which libvirt's domains are reached; install the package libvirt-clients");
        var plain = new VirshMonitor(program, domain, options);
        string help = plain.Run(["help", "qemu-monitor-command"], "help", descriptor: null, cancellationToken);
        var monitor = new VirshMonitor(program, domain, options) { PassesDescriptors = help.Contains(Passing, StringComparison.Ordinal) };
        monitor.Execute("query-status", cancellationToken: cancellationToken);
        return monitor;
    }

    /// <inheritdoc/>
    public JsonElement Execute(string command, JsonObject? arguments = null, SafeHandle? descriptor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (descriptor is not null && !PassesDescriptors)
        {
            throw new NotSupportedException("this virsh cannot pass open files; 8.2 and newer can");
        }

        var message = new JsonObject { ["execute"] = command };
        if (arguments is not null)
        {
            message["arguments"] = arguments.DeepClone();
        }

        string text = message.ToJsonString();
        if (Encoding.UTF8.GetByteCount(text) > MaxArgument)
        {
            throw new QmpException($"{command} for {Name} is too long for a command line");
        }

        string output = Run(["qemu-monitor-command", "--domain", Domain, .. descriptor is null ? (string[])[] : [Passing, FirstPassed], "--cmd", text], command, descriptor, cancellationToken);
        JsonElement answer = Parse(output);
        return answer.Member("error") is { ValueKind: JsonValueKind.Object } error
            ? throw new QmpCommandException(command, error.Text("class") ?? "GenericError", error.Text("desc") ?? "no reason given")
            : answer.Member("return");
    }

    /// <summary>Waits for <paramref name="timeout"/>, and gives null.</summary>
    public QmpEvent? WaitForEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        cancellationToken.WaitHandle.WaitOne(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Does nothing: nothing is open between commands.</summary>
    public void Dispose()
    {
    }

    private string Run(IEnumerable<string> arguments, string command, SafeHandle? descriptor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] connection = _options.ConnectionUri is { } uri ? ["--connect", uri] : [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.CommandTimeout);
        try
        {
            using SupervisedProcess process = SupervisedProcess.Start([_program, "--quiet", .. connection, .. arguments], descriptor);
            byte[] output = process.WaitForOutput(limit.Token);
            int exitCode = process.End(EndPatience);
            return exitCode == 0 ? Encoding.UTF8.GetString(output) : throw new QmpException(Reason(process.Error) ?? $"virsh ended with exit code {exitCode} at {command}");
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QmpException($"{Name} did not answer {command} within {_options.CommandTimeout.TotalSeconds:0.#} seconds", late);
        }
        catch (IOException failure) when (failure is not QmpException)
        {
            throw new QmpException($"cannot run {_program}: {failure.Message}", failure);
        }
    }

    private JsonElement Parse(string output)
    {
        try
        {
            return JsonElement.Parse(output);
        }
        catch (JsonException wrong)
        {
            throw new QmpException($"{Name} sent something that is not QMP", wrong);
        }
    }

    /// <summary>What virsh says on several lines, as one.</summary>
    private static string? Reason(string error)
    {
        const string Mark = "error: ";
        string[] lines = [.. error.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith(Mark, StringComparison.Ordinal)).Select(line => line[Mark.Length..])];
        return lines.Length > 0 ? $"virsh: {string.Join(": ", lines)}" : null;
    }
}
