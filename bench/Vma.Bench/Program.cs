// SPDX-License-Identifier: MIT

// dotnet run -c Release --project bench/Vma.Bench -- --filter '*'
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vma.Bench;

// In this process: a project that the runner generates would not find our central packages.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(DataBenchmarks).Assembly).Run(args, config);
