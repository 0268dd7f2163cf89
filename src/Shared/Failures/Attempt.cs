// SPDX-License-Identifier: MIT

namespace Vma.Failures;

/// <summary>What becomes of a failure of one kind. Work with a span says it itself: no function can hold one.</summary>
internal static class Attempt
{
    /// <summary>Does something, or else what a failure calls for: it gives another value, or throws another exception.</summary>
    public static T Or<T, TFailure>(Func<T> work, Func<TFailure, T> otherwise)
        where TFailure : Exception
    {
        try
        {
            return work();
        }
        catch (TFailure failure)
        {
            return otherwise(failure);
        }
    }

    /// <summary>Does something whose failure changes nothing; returns whether it was done.</summary>
    public static bool Quietly<TFailure>(Action work)
        where TFailure : Exception => Quietly(work, static failure => failure is TFailure);

    /// <summary>As the other overload, where failures of several kinds change nothing.</summary>
    public static bool Quietly(Action work, Func<Exception, bool> isExpected)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception failure) when (isExpected(failure))
        {
            return false;
        }
    }

    /// <summary>Makes something out of what is owned here until then, and is disposed when that fails.</summary>
    public static T Into<TOwned, T>(TOwned owned, Func<TOwned, T> make)
        where TOwned : IDisposable
    {
        try
        {
            return make(owned);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }
}
