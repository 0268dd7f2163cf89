// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd.Blocks;

/// <summary>Where the literals of a compressed block are, and the description of their Huffman tree (RFC 8878, 3.1.1.3.1).</summary>
/// <param name="Length">How many bytes the section takes, from the block's start.</param>
/// <param name="PlainLength">How many literals it gives.</param>
/// <param name="TreeAt">Where the description of a new tree begins.</param>
/// <param name="TreeLength">How many bytes it takes; 0 where the block has no new tree.</param>
internal readonly record struct LiteralsSection(int Length, int PlainLength, int TreeAt, int TreeLength)
{
    /// <summary>Whose first byte says that weights follow, half a byte each; smaller ones are a length.</summary>
    private const int FirstDirect = 128;

    private enum Kind
    {
        Raw,
        Single,
        NewTree,
        SameTree,
    }

    /// <summary>Reads the section at the start of a block's content; null when it is not valid.</summary>
    public static LiteralsSection? Read(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return null;
        }

        var kind = (Kind)(content[0] & 3);
        int form = content[0] >> 2 & 3;
        int headerLength = kind is Kind.Raw or Kind.Single ? (form & 1) == 0 ? 1 : form == 1 ? 2 : 3 : form < 2 ? 3 : form + 2;
        if (content.Length < headerLength)
        {
            return null;
        }

        ulong bits = 0;
        for (int i = 0; i < headerLength; i++)
        {
            bits |= (ulong)content[i] << (8 * i);
        }

        if (kind is Kind.Raw or Kind.Single)
        {
            int count = (int)(bits >> (headerLength == 1 ? 3 : 4));
            return Checked(content, headerLength + (kind == Kind.Raw ? count : 1), count, 0, 0);
        }

        int width = form < 2 ? 10 : form == 2 ? 14 : 18;
        int plain = (int)(bits >> 4 & ((1ul << width) - 1));
        int packed = (int)(bits >> (4 + width) & ((1ul << width) - 1));
        if (kind == Kind.SameTree)
        {
            return Checked(content, headerLength + packed, plain, 0, 0);
        }

        if (packed == 0 || content.Length <= headerLength)
        {
            return null;
        }

        int first = content[headerLength];
        int treeLength = first < FirstDirect ? 1 + first : 1 + (first - FirstDirect + 2) / 2;
        return treeLength <= packed ? Checked(content, headerLength + packed, plain, headerLength, treeLength) : null;
    }

    private static LiteralsSection? Checked(ReadOnlySpan<byte> content, int length, int plain, int treeAt, int treeLength) =>
        length <= content.Length && plain <= BlockHeader.LongestPlain ? new LiteralsSection(length, plain, treeAt, treeLength) : null;
}
