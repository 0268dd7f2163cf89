// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;
using Vma.Qemu.Qmp;

namespace Vma.Fuzz.Cost;

/// <summary>A client of QMP works in proportion to what a QEMU sends, whatever that is.</summary>
[Collection(typeof(Alone))]
public sealed class QmpCostTests(ITestOutputHelper output)
{
    private const int Length = 1 << 20;
    private const int ConversationsInATestRun = 60;
    private static readonly QmpClientOptions Options = new() { GreetingTimeout = TimeSpan.FromSeconds(30), CommandTimeout = TimeSpan.FromSeconds(30) };
    private static readonly byte[] Answer = "{\"return\": {\"status\": \"running\"}, \"id\": 2}\r\n"u8.ToArray();
    private static readonly byte[] Event =
        "{\"event\": \"BLOCK_JOB_COMPLETED\", \"data\": {\"device\": \"a\", \"len\": 7}, \"timestamp\": {\"seconds\": 1}}\r\n"u8.ToArray();

    private static readonly Dictionary<string, Repetition> Pieces = new[]
    {
        ("an event", "", "{\"event\":\"A\"}\n", Length), ("a late answer", "", "{\"id\":1}\n", Length), ("an empty line", "", "\n", Length),
        ("a blank", "", " ", Length), ("a nested list", "{\"return\":", "[", Length), ("a member", "{\"return\":{\"a\":1", ",\"a\":1", Length),
        ("a digit", "{\"return\":1", "1", Length), ("an escape", "{\"return\":\"", "\\u0041", Length), ("a byte of a line without end", "", "x", 4 * Length),
        ("a large event", "", $"{{\"event\":\"A\",\"data\":\"{new string('x', 100_000)}\"}}\n", 16 * Length),
        ("an event of many members", "", $"{{\"event\":\"A\",\"data\":[{string.Join(',', Enumerable.Repeat("{}", 300_000))}]}}\n", 16 * Length),
    }.ToDictionary(one => one.Item1, one => new Repetition(one.Item1, Encoding.ASCII.GetBytes(one.Item2),
        new Repetition("", [], Encoding.ASCII.GetBytes(one.Item3)).Make(one.Item4)));

    public static TheoryData<string> Names => [.. Pieces.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_piece_of_qmp_again_and_again_costs_in_proportion(string name) => Require(Pieces[name].Make(1));

    [Fact]
    public void Mutants_of_qmp_cost_in_proportion() => CostRun.Run(output, "cost.qmp", ConversationsInATestRun, static (random, _) =>
    {
        byte[] damaged = CompressedFuzzTests.Damage(random, [.. Event, .. Answer, .. Event], out string _);
        return damaged.Length == 0 || random.Next(3) == 0 ? damaged : Repetition.Any(random, damaged).Make(random.Next(damaged.Length, Length / 4));
    }, Require);

    /// <summary>Types that lead to one another in as many ways as their number allows.</summary>
    [Theory]
    [InlineData("alternate", "members", "type")]
    [InlineData("object", "variants", "type")]
    [InlineData("array", "members", "type")]
    public void A_schema_whose_types_all_lead_to_each_other_is_searched_in_proportion(string kind, string list, string key)
    {
        const int Types = 250;
        string[] all = [.. Enumerable.Range(0, Types).Select(i => $"{{\"name\":\"a\",\"case\":\"a\",\"{key}\":\"t{i}\"}}")];
        string members = string.Join(',', all);
        string text = $"[{{\"name\":\"c\",\"meta-type\":\"command\",\"arg-type\":\"o\"}},{{\"name\":\"o\",\"meta-type\":\"object\",\"members\":[{members}],"
            + $"\"variants\":[{members}]}},"
            + string.Join(',', Enumerable.Range(0, Types).Select(i => $"{{\"name\":\"t{i}\",\"meta-type\":\"{kind}\",\"element-type\":\"t{(i + 1) % Types}\","
                + $"\"{list}\":[{(kind == "array" ? string.Empty : members)}]}}")) + "]";
        WorkBound.Usual.Require("a schema", text.Length, () =>
        {
            var schema = new QmpSchema(JsonSerializer.Deserialize<JsonElement>(text));
            schema.HasArgument("c", "a/a/a");
            schema.HasArgumentValue("c", "a/a", "x", "a");
            return (0, 0);
        });
    }

    private static void Require(byte[] sent)
    {
        LineServer? self = null;
        using LineServer peer = self = new LineServer(LineServer.Greeting, (message, send) =>
        {
            if (message.GetProperty("execute").GetString() == "qmp_capabilities")
            {
                return "{\"return\": {}, \"id\": 1}\r\n";
            }

            send(Encoding.Latin1.GetString(sent) + "\n");
            self!.Cut();
            return null;
        });
        WorkBound.Usual.Require("QMP", sent.Length, () =>
        {
            try
            {
                using QmpClient client = QmpClient.Connect(QmpAddress.ForSocket(peer.Path), Options, TestContext.Current.CancellationToken);
                client.Execute("query-status", cancellationToken: TestContext.Current.CancellationToken);
                client.WaitForEvent(one => one.Name == "none", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }
            catch (QmpException)
            {
                // What came until then has been counted.
            }

            return (0, 0);
        });
    }
}
