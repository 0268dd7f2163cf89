#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times two shell commands against each other, alternating, and prints one row of a table: medians, their ratio, the spread.

compare.py [--rounds N] [--limit RATIO] [--before COMMAND] [--header] LABEL OURS THEIRS

--before runs ahead of each command and is not timed. The spread is the slowest run less the fastest. RSS is the largest peak of any one
process of OURS, in MiB. With --limit the row says whether the ratio of medians keeps it.
"""
import argparse
import os
import statistics
import subprocess
import time

HEADER = f"{'work':44} {'ours s':>7} {'CPU s':>6} {'theirs s':>8} {'CPU s':>6} {'ratio':>6} {'aim':>5}  {'best':>5}  {'spread s':>13}  RSS MiB"


def run(command):
    start = time.monotonic()
    child = subprocess.Popen(["sh", "-c", command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {command}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float)
    parser.add_argument("--before", default=":")
    parser.add_argument("--header", action="store_true")
    parser.add_argument("label")
    parser.add_argument("ours")
    parser.add_argument("theirs")
    options = parser.parse_args()
    if options.header:
        print(HEADER)
    rows = {"ours": [], "theirs": []}
    for number in range(options.rounds + 1):
        # Each goes first as often: what comes second finds another state of the machine. The first round only warms up.
        order = ["ours", "theirs"] if number % 2 == 0 else ["theirs", "ours"]
        for who in order:
            subprocess.run(["sh", "-c", options.before], check=True, stdout=subprocess.DEVNULL)
            figures = run(getattr(options, who))
            if number > 0:
                rows[who].append(figures)
    wall = {who: [row[0] for row in rows[who]] for who in rows}
    cpu = {who: statistics.median(row[1] for row in rows[who]) for who in rows}
    ours, theirs = statistics.median(wall["ours"]), statistics.median(wall["theirs"])
    spread = f"{max(wall['ours']) - min(wall['ours']):.2f}, {max(wall['theirs']) - min(wall['theirs']):.2f}"
    aim = "" if options.limit is None else f"{options.limit:.2f}"
    miss = " missed" if options.limit is not None and ours / theirs > options.limit else ""
    print(f"{options.label:44} {ours:7.3f} {cpu['ours']:6.2f} {theirs:8.3f} {cpu['theirs']:6.2f} {ours / theirs:6.2f} {aim:>5}  "
          f"{min(wall['ours']) / min(wall['theirs']):5.2f}  {spread:>13}  {max(row[2] for row in rows['ours']):7.1f}{miss}", flush=True)


main()
