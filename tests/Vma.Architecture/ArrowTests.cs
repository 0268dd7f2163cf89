// SPDX-License-Identifier: MIT

namespace Vma.Architecture;

/// <summary>
/// The rooms of the house and the arrows between them. A new arrow is added to <c>Arrows.txt</c> on purpose, with the reason in the commit.
/// What the compiler puts in place of a name (a constant, <c>nameof</c>) is not seen.
/// </summary>
public sealed class ArrowTests
{
    private static readonly ArrowTable Table = new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Arrows.txt")));
    private static readonly Use[] Uses = [.. BuiltAssemblies.All.SelectMany(UseReader.Read).Distinct()];

    [Fact]
    public void Every_arrow_between_rooms_is_an_allowed_one()
    {
        string[] forbidden =
        [
            .. from use in Uses
               let rooms = (From: Table.RoomOf(use.User), To: Table.RoomOf(use.Used))
               where rooms.From != rooms.To && !Table.Allowed.GetValueOrDefault(rooms.From, []).Contains(rooms.To)
               group use by rooms into arrow
               orderby arrow.Key.From, arrow.Key.To
               let first = arrow.First()
               let more = arrow.Count() > 1 ? $", and {arrow.Count() - 1} more uses" : string.Empty
               select $"{arrow.Key.From} must not use {arrow.Key.To}: {first.User} uses {first.Used} in {first.Member}{more}",
        ];
        Assert.True(forbidden.Length == 0, string.Join('\n', forbidden));
    }

    [Fact]
    public void Every_allowed_arrow_is_needed()
    {
        HashSet<(string, string)> used = [.. Uses.Select(use => (Table.RoomOf(use.User), Table.RoomOf(use.Used)))];
        string[] idle =
        [
            .. from room in Table.Allowed
               from to in room.Value
               where !used.Contains((room.Key, to))
               select $"{room.Key} → {to} is allowed, and nothing needs it",
        ];
        Assert.True(idle.Length == 0, string.Join('\n', idle));
    }

    [Fact]
    public void No_arrows_make_a_circle()
    {
        List<string> path = [];
        HashSet<string> done = [];
        string? circle = Table.Allowed.Keys.Select(Walk).FirstOrDefault(found => found is not null);
        Assert.True(circle is null, circle);

        string? Walk(string room)
        {
            if (path.IndexOf(room) is >= 0 and var at)
            {
                return $"these rooms use each other: {string.Join(" → ", path.Skip(at).Append(room))}";
            }

            if (!done.Add(room))
            {
                return null;
            }

            path.Add(room);
            string? found = Table.Allowed.GetValueOrDefault(room, []).Select(Walk).FirstOrDefault(one => one is not null);
            path.RemoveAt(path.Count - 1);
            return found;
        }
    }

    [Fact]
    public void Every_type_that_the_table_lists_exists()
    {
        HashSet<string> names = [.. Uses.SelectMany(use => new[] { use.User, use.Used }).Select(name => name.Split('`')[0])];
        Assert.DoesNotContain(Table.ListedTypes, type => !names.Contains(type));
    }
}
