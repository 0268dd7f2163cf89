#!/bin/sh
# SPDX-License-Identifier: MIT
# Compressed archives against zstd's own tool, each row alternating in one run, on a half-full disk of realistic content (bench/realistic.py).
# Usage: bench/compressed.sh [DIRECTORY [GIB [ROUNDS [LEVEL]]]]; the directory needs three times as much room.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/dev/shm} gib=${2:-4} rounds=${3:-5} level=${4:-3}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
row() {
    python3 "$root/bench/compare.py" --rounds "$rounds" --limit "$2" --before 'rm -rf out t.vma.zst' ${header:-} "$1" "$3" "$4"
}
python3 "$root/bench/realistic.py" disk.raw "$gib"
"$vma" create --no-sync plain.vma -d format=raw:disk=disk.raw
header=--header
row "create x.vma.zst | zstd -T2 of the plain one" 1.0 \
    "'$vma' create --no-sync --compress zstd:$level t.vma.zst -d format=raw:disk=disk.raw" "zstd -q -$level -T2 plain.vma -o t.vma.zst"
header=
"$vma" create --no-sync --compress "zstd:$level" ours.vma.zst -d format=raw:disk=disk.raw
zstd -q "-$level" -T2 plain.vma -o stock.vma.zst
rm disk.raw plain.vma
row 'extract ours | zstd -d | extract -' 0.625 "'$vma' extract --no-sync ours.vma.zst out" "zstd -q -dc ours.vma.zst | '$vma' extract --no-sync - out"
row 'extract stock | zstd -d | extract -' 1.0 "'$vma' extract --no-sync stock.vma.zst out" "zstd -q -dc stock.vma.zst | '$vma' extract --no-sync - out"
ours=$(stat -c %s ours.vma.zst) stock=$(stat -c %s stock.vma.zst)
echo "size: ours $ours, zstd $stock: $(((ours - stock) * 10000 / stock)) in ten thousand more"
