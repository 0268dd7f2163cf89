// SPDX-License-Identifier: MIT

using Vma.Input;

namespace Vma.Tests.Reading;

public sealed class FindingsTests
{
    [Fact]
    public async Task Findings_can_be_asked_for_while_another_thread_reports_some()
    {
        for (int round = 0; round < 5; round++)
        {
            var findings = new Findings([], onFinding: null);
            Task reporting = Task.Run(() =>
            {
                for (int i = 0; i < VmaReadReport.MaxFindings; i++)
                {
                    findings.Report(new VmaFault(VmaFaultCode.DataCut, i, "cut"));
                }
            }, TestContext.Current.CancellationToken);
            while (!reporting.IsCompleted)
            {
                (IReadOnlyList<VmaFault> kept, long errors, _) = findings.Summary();
                Assert.Equal(errors, kept.Count);
            }

            await reporting;
        }
    }
}
