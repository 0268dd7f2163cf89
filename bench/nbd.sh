#!/bin/sh
# SPDX-License-Identifier: MIT
# An archive's disk over NBD against the raw disk over nbdkit and qemu-nbd, and the disk of a .vma.zst against zstd -d: medians, ratios, spread.
# Usage: bench/nbd.sh [DIRECTORY [GIB [ROUNDS]]]; the directory takes three times GIB (2).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/dev/shm} gib=${2:-2} rounds=${3:-5}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'kill $(cat "$work"/*.pid) 2>/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
python3 "$root/bench/disk.py" disk.raw "$gib" 75
"$vma" create --no-sync a.vma -d format=raw:d=disk.raw
serve() {
    name=$1
    shift
    "$@" >/dev/null 2>&1 &
    echo $! >"$name.pid"
    while [ ! -S "$name.sock" ]; do sleep 0.05; done
}
serve ours "$vma" serve --socket ours.sock a.vma
serve nbdkit nbdkit -f -r -U nbdkit.sock file disk.raw
serve qemu qemu-nbd -r -t -e 16 -f raw -k "$work/qemu.sock" disk.raw
row() { python3 "$root/bench/compare.py" --rounds "$rounds" "$@"; }
random() {
    echo "fio --name=r --ioengine=nbd --uri='nbd+unix:///?socket=$work/$1.sock'" \
        "--rw=randread --bs=4k --iodepth=$2 --size=${gib}g --io_size=${3}m --randrepeat=1 --output=/dev/null"
}
header=--header
for peer in nbdkit qemu; do
    for connections in 1 8; do
        row $header --limit 1.11 "nbdcopy, $connections connections | $peer" \
            "nbdcopy -C $connections 'nbd+unix:///?socket=$work/ours.sock' null:" "nbdcopy -C $connections 'nbd+unix:///?socket=$work/$peer.sock' null:"
        header=
    done
    row --limit 1.11 "random 4 KiB, depth 1 | $peer" "$(random ours 1 128)" "$(random $peer 1 128)"
    row --limit 1.11 "random 4 KiB, depth 16 | $peer" "$(random ours 16 256)" "$(random $peer 16 256)"
done
kill "$(cat ours.pid)" "$(cat nbdkit.pid)" "$(cat qemu.pid)"
rm -f ./*.pid a.vma
python3 "$root/bench/realistic.py" disk.raw "$gib"
"$vma" create --no-sync a.vma.zst -d format=raw:d=disk.raw
serve zst "$vma" serve --socket zst.sock a.vma.zst
# zstd -d runs on one core; the aim is 0.8 of what it would make on two.
row --limit 0.63 'cat a disk of a .vma.zst | zstd -dc' "'$vma' cat a.vma.zst d >/dev/null" 'zstd -q -dc a.vma.zst >/dev/null'
zst="'nbd+unix:///?socket=$work/zst.sock' null:"
row --limit 0.63 'nbdcopy --synchronous --no-extents | zstd' "nbdcopy --synchronous --no-extents $zst" 'zstd -q -dc a.vma.zst >/dev/null'
row --limit 0.63 'nbdcopy --synchronous | zstd -dc' "nbdcopy --synchronous $zst" 'zstd -q -dc a.vma.zst >/dev/null'
row 'nbdcopy, its 64 requests | zstd -dc' "nbdcopy $zst" 'zstd -q -dc a.vma.zst >/dev/null'
