#!/bin/sh
# SPDX-License-Identifier: MIT
# Compressed archives against zstd's own tool, in one run, alternating, on a half-full disk of realistic content (bench/realistic.py).
# Usage: bench/compressed.sh [DIRECTORY [GIB [ROUNDS [LEVEL]]]]; the directory needs four times as much room.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/dev/shm} gib=${2:-4} rounds=${3:-5} level=${4:-3}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 "$root/bench/realistic.py" disk.raw "$gib"
"$vma" create --no-sync plain.vma -d format=raw:disk=disk.raw

# timed LABEL COMMAND: appends wall seconds to a file of the label's name.
timed() {
    python3 - "$1.times" "$2" <<'PY'
import subprocess, sys, time
start = time.monotonic()
subprocess.run(["sh", "-c", sys.argv[2]], check=True, stdout=subprocess.DEVNULL)
with open(sys.argv[1], "a") as log:
    log.write(f"{time.monotonic() - start}\n")
PY
}

round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    rm -f ours.vma.zst stock.vma.zst
    timed create "'$vma' create --no-sync --compress zstd:$level ours.vma.zst -d format=raw:disk=disk.raw"
    timed zstd "zstd -q -$level -T2 plain.vma -o stock.vma.zst"
    for form in ours stock; do
        rm -rf out
        timed "extract-$form" "'$vma' extract --no-sync $form.vma.zst out"
        rm -rf out
        timed "pipe-$form" "zstd -q -dc $form.vma.zst | '$vma' extract --no-sync - out"
    done
done

python3 - <<'PY'
import os, statistics
def read(label):
    rows = [float(line) for line in open(label + ".times")]
    return statistics.median(rows), max(rows) - min(rows)
def row(work, ours, theirs):
    (a, spread_a), (b, spread_b) = read(ours), read(theirs)
    print(f"{work:46} {a:6.2f}s {b:6.2f}s  {b / a:5.2f} times as fast   spread {spread_a:.2f}s, {spread_b:.2f}s")
print("medians                                          vma    other")
row("create x.vma.zst | zstd -T2 of the plain archive", "create", "zstd")
row("extract ours     | zstd -d | extract -", "extract-ours", "pipe-ours")
row("extract stock    | zstd -d | extract -", "extract-stock", "pipe-stock")
ours, stock = os.path.getsize("ours.vma.zst"), os.path.getsize("stock.vma.zst")
print(f"size: ours {ours}, zstd {stock}: {100 * (ours / stock - 1):+.2f} %")
PY
