// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Vma.Tests.Contracts;

/// <summary>Each operation that works on several threads says how many in the same way.</summary>
public sealed class ParallelismTests
{
    public static TheoryData<Type> Options =>
        [.. typeof(VmaReader).Assembly.GetExportedTypes().Where(type => type.GetProperty("Parallelism")?.CanWrite is true)];

    [Fact]
    public void All_operations_on_several_threads_have_a_parallelism() => Assert.Equal(
        [
            nameof(VmaArchiveOptions), nameof(VmaDiffOptions), nameof(VmaExtractOptions), nameof(VmaRepackOptions), nameof(VmaSalvageOptions),
            nameof(VmaVerifyOptions),
            nameof(VmaWriterOptions),
        ],
        Options.Select(row => row.Data.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Options))]
    public void All_options_have_the_same_default_parallelism(Type options) =>
        Assert.Equal(VmaDefaults.Parallelism, ParallelismOf(options).GetValue(Activator.CreateInstance(options)));

    [Theory]
    [MemberData(nameof(Options))]
    public void A_parallelism_below_1_is_refused_when_it_is_set(Type options)
    {
        var refused = Assert.Throws<TargetInvocationException>(() => ParallelismOf(options).SetValue(Activator.CreateInstance(options), 0));
        Assert.Equal("Parallelism", Assert.IsType<ArgumentOutOfRangeException>(refused.InnerException).ParamName);
    }

    private static PropertyInfo ParallelismOf(Type options) => options.GetProperty("Parallelism")!;
}
