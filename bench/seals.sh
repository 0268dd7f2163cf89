#!/bin/sh
# SPDX-License-Identifier: MIT
# What seals cost: create, verify and extract of a half-full disk, and of a nearly empty one of 300 GiB, sealed against plain, in one run, alternating.
# Usage: bench/seals.sh [DIRECTORY [GIB [ROUNDS]]]; the directory needs four times as much room.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/dev/shm} gib=${2:-4} rounds=${3:-7}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 "$root/bench/disk.py" "$work/half.raw" "$gib" 50
python3 - "$work/empty.raw" <<'PY'
import random, sys
numbers = random.Random(1)
with open(sys.argv[1], "wb") as disk:
    disk.truncate(300 << 30)
    for _ in range(100):
        disk.seek(numbers.randrange((300 << 30) // 65536) * 65536)
        disk.write(numbers.randbytes(65536))
PY

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
        for disk in half empty; do
            rm -rf "$work/a.vma" "$work/out"
            # shellcheck disable=SC2086
            timed "$disk-create-$kind" "$vma" create --no-sync $option "$work/a.vma" -d "format=raw:disk=$work/$disk.raw"
            timed "$disk-verify-$kind" "$vma" verify "$work/a.vma" 2>/dev/null
            timed "$disk-extract-$kind" "$vma" extract --no-sync "$work/a.vma" "$work/out"
            wc -c <"$work/a.vma" >"$work/$disk-$kind.size"
        done
    done
done

python3 - "$work" <<'PY'
import statistics, sys
def label(work):
    return "-".join(reversed(work.split()))
def read(label):
    rows = [tuple(map(float, line.split())) for line in open(f"{sys.argv[1]}/{label}.times")]
    return [statistics.median(column) for column in zip(*rows)], [max(column) - min(column) for column in zip(*rows)]
print(f"{'work':14} {'plain wall':>11} {'sealed wall':>12} {'ratio':>6}   {'plain CPU':>9} {'sealed CPU':>11} {'ratio':>6}   medians; spread of wall")
for work in (f"{work} {disk}" for disk in ("half", "empty") for work in ("create", "verify", "extract")):
    (pw, pc), (ps, _) = read(label(work) + "-plain")
    (sw, sc), (ss, _) = read(label(work) + "-sealed")
    print(f"{work:14} {pw:10.2f}s {sw:11.2f}s {sw/pw:6.2f}   {pc:8.2f}s {sc:10.2f}s {sc/pc:6.2f}   plain {ps:.2f}s, sealed {ss:.2f}s")
for disk in ("half", "empty"):
    plain, sealed = (int(open(f"{sys.argv[1]}/{disk}-{kind}.size").read()) for kind in ("plain", "sealed"))
    print(f"size, {disk}: plain {plain}, sealed {sealed}, ratio {sealed/plain:.4f}")
PY
