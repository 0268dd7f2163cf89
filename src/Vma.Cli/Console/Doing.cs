// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>The one place where a failure of the system, such as a missing file or a missing right, becomes a line for the user.</summary>
internal static class Doing
{
    /// <summary>Does something with a file; a failure is told as <c>cannot open 'path': reason</c>.</summary>
    public static T With<T>(string doing, string path, Func<T> work) => OrFail($"cannot {doing} '{EscapedText.Of(path)}'", work);

    /// <inheritdoc cref="With{T}"/>
    public static void With(string doing, string path, Action work) => OrFail($"cannot {doing} '{EscapedText.Of(path)}'", work);

    /// <summary>As <see cref="With{T}"/>, where the sentence in front of the reason is another.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="work">What is done.</param>
    /// <param name="explain">Gives the reason where the caller knows it better than the system, and null where not.</param>
    public static T OrFail<T>(string sentence, Func<T> work, Func<Exception, string?>? explain = null)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (SystemFailure.Is(failure))
        {
            throw Failed(sentence, failure, explain?.Invoke(failure));
        }
    }

    /// <inheritdoc cref="OrFail{T}"/>
    public static void OrFail(string sentence, Action work) => OrFail(sentence, () =>
    {
        work();
        return true;
    });

    /// <summary>A failure that was caught, as <see cref="OrFail{T}"/> tells it: for work with a span, which no function can hold.</summary>
    public static CommandException Failed(string sentence, Exception failure, string? reason = null) =>
        CommandException.Failed($"{sentence}: {reason ?? SystemFailure.ReasonOf(failure)}", failure);

    /// <summary>Does what may fail; gives the reason when it did, and else null.</summary>
    public static string? Try(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception failure) when (SystemFailure.Is(failure))
        {
            return SystemFailure.ReasonOf(failure);
        }
    }
}
