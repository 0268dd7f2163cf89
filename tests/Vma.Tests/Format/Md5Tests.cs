// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Format;

public sealed class Md5Tests
{
    [Fact]
    public void Any_length_with_the_field_anywhere_gives_what_the_framework_gives() =>
        Property.ForSeeds(400, (random, seed) =>
        {
            var data = new byte[Md5.Length + (seed <= 300 ? seed : random.Next(20000))];
            random.NextBytes(data);
            int field = random.Next(data.Length - Md5.Length + 1);
            Span<byte> digest = stackalloc byte[Md5.Length];
            Md5.HashWithZeroedField(data, field, digest);
            Assert.False(Md5.Matches(data, field));

            data.AsSpan(field, Md5.Length).Clear();
            Assert.Equal(MD5.HashData(data), digest);
            digest.CopyTo(data.AsSpan(field));
            Assert.True(Md5.Matches(data, field));
        });
}
