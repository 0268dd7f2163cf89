#!/bin/sh
# SPDX-License-Identifier: MIT
# What seals cost: create and extract of a half-full disk, sealed against plain, in one run, alternating.
# Usage: bench/seals.sh [DIRECTORY [GIB [ROUNDS]]]; the directory needs four times as much room.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/dev/shm} gib=${2:-4} rounds=${3:-7}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 "$root/bench/disk.py" "$work/disk.raw" "$gib" 50

# timed LABEL COMMAND...: appends wall and processor seconds to a file of the label's name.
timed() {
    label=$1
    shift
    python3 - "$work/$label.times" "$@" <<'PY'
import os, subprocess, sys, time
before, start = os.times(), time.monotonic()
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
after = os.times()
with open(sys.argv[1], "a") as log:
    log.write(f"{time.monotonic() - start} {after.children_user - before.children_user + after.children_system - before.children_system}\n")
PY
}

round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    # Each goes first as often: what comes second finds another state of the host's memory.
    order='plain sealed'
    [ $((round % 2)) -eq 0 ] || order='sealed plain'
    for kind in $order; do
        option=
        [ "$kind" = sealed ] || option=--no-seal
        rm -rf "$work"/*.vma "$work/out"
        # shellcheck disable=SC2086
        timed "create-$kind" "$vma" create --no-sync $option "$work/$kind.vma" -d "format=raw:disk=$work/disk.raw"
        timed "extract-$kind" "$vma" extract --no-sync "$work/$kind.vma" "$work/out"
    done
done

python3 - "$work" <<'PY'
import statistics, sys
def read(label):
    rows = [tuple(map(float, line.split())) for line in open(f"{sys.argv[1]}/{label}.times")]
    return [statistics.median(column) for column in zip(*rows)], [max(column) - min(column) for column in zip(*rows)]
print(f"{'work':8} {'plain wall':>11} {'sealed wall':>12} {'ratio':>6}   {'plain CPU':>9} {'sealed CPU':>11} {'ratio':>6}   medians; spread of wall")
for work in ("create", "extract"):
    (pw, pc), (ps, _) = read(f"{work}-plain")
    (sw, sc), (ss, _) = read(f"{work}-sealed")
    print(f"{work:8} {pw:10.2f}s {sw:11.2f}s {sw/pw:6.2f}   {pc:8.2f}s {sc:10.2f}s {sc/pc:6.2f}   plain {ps:.2f}s, sealed {ss:.2f}s")
PY
