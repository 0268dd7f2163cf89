// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Tests.Format;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_is_that_of_the_catalogue() => Assert.Equal(0xE3069283, Crc32C.Compute("123456789"u8));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4079)]
    [InlineData(4080)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Interleaved_ranges_give_what_one_byte_after_the_other_gives(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        uint register = uint.MaxValue;
        foreach (byte value in data)
        {
            register = System.Numerics.BitOperations.Crc32C(register, value);
        }

        Assert.Equal(~register, Crc32C.Compute(data));
    }
}
