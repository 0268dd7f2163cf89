// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Qmp;

/// <summary>The monitor or the agent at the other end cannot be reached, does not answer, or says what makes no sense.</summary>
public class QmpException : IOException
{
    /// <summary>With nothing to say.</summary>
    public QmpException()
    {
    }

    /// <summary>With one line that says what went wrong.</summary>
    public QmpException(string message)
        : base(message)
    {
    }

    /// <summary>With one line that says what went wrong, and its cause.</summary>
    public QmpException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The other end refused a command. The connection is fine.</summary>
public sealed class QmpCommandException : QmpException
{
    /// <summary>With nothing to say.</summary>
    public QmpCommandException()
    {
    }

    /// <summary>With one line that says what went wrong.</summary>
    public QmpCommandException(string message)
        : base(message)
    {
    }

    /// <summary>With one line that says what went wrong, and its cause.</summary>
    public QmpCommandException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A refusal as QMP puts it.</summary>
    public QmpCommandException(string command, string errorClass, string description)
        : base($"{command}: {description}") => (Command, ErrorClass, Description) = (command, errorClass, description);

    /// <summary>The command that was refused.</summary>
    public string Command { get; } = string.Empty;

    /// <summary>QMP's class of the error: <c>GenericError</c>, <c>CommandNotFound</c>, <c>DeviceNotFound</c>.</summary>
    public string ErrorClass { get; } = string.Empty;

    /// <summary>QMP's description: text for people, which differs between versions.</summary>
    public string Description { get; } = string.Empty;
}
