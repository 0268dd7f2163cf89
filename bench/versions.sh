#!/bin/sh
# SPDX-License-Identifier: MIT
# What a change costs: this checkout's command against another build of it, each row alternating in one run: medians, their ratio, the spread.
# Usage: bench/versions.sh OLD [DIRECTORY [GIB [ROUNDS]]]; OLD is the other executable, the directory (/dev/shm) takes four times GIB (2).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
old=$(realpath -- "${1:?the executable to compare with}") base=${2:-/dev/shm} gib=${3:-2} rounds=${4:-7}
new=$root/artifacts/vma/vma
[ -x "$new" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
header=--header

# row LABEL COMMAND: in the command, @ is the executable.
row() {
    python3 "$root/bench/compare.py" --rounds "$rounds" --limit 1.03 $header --before 'rm -rf out t.*' \
        "$1" "$(printf %s "$2" | sed "s|@|$new|g")" "$(printf %s "$2" | sed "s|@|$old|g")"
    header=
}

# served LABEL ARCHIVE COMMAND: in the command, @ is the socket of a server of that archive.
served() {
    for version in new old; do
        if [ "$version" = new ]; then "$new" serve --socket new.sock "$2" >/dev/null 2>&1 & else "$old" serve --socket old.sock "$2" >/dev/null 2>&1 & fi
        echo $! >"$version.pid"
        while [ ! -S "$version.sock" ]; do sleep 0.05; done
    done
    python3 "$root/bench/compare.py" --rounds "$rounds" --limit 1.03 "$1" \
        "$(printf %s "$3" | sed "s|@|$work/new.sock|g")" "$(printf %s "$3" | sed "s|@|$work/old.sock|g")"
    kill "$(cat new.pid)" "$(cat old.pid)"
    wait "$(cat new.pid)" "$(cat old.pid)" 2>/dev/null || :
    rm -f ./*.pid ./*.sock
}

python3 "$root/bench/disk.py" disk.raw "$gib" 53
row 'create' '@ create --no-sync t.vma -d format=raw:d=disk.raw'
row 'create to a pipe' '@ create - -d format=raw:d=disk.raw | cat >/dev/null'
"$old" create --no-sync a.vma -d format=raw:d=disk.raw
rm disk.raw
row 'extract' '@ extract --no-sync a.vma out'
row 'extract from a pipe' 'cat a.vma | @ extract --no-sync - out'
row 'verify' '@ verify a.vma 2>/dev/null'
row 'verify from a pipe' 'cat a.vma | @ verify - 2>/dev/null'
row 'repack --no-seal' '@ repack --no-sync --no-seal a.vma t.vma 2>/dev/null'
served 'nbdcopy, 1 connection' a.vma "nbdcopy -C 1 'nbd+unix:///?socket=@' null:"
served 'nbdcopy, 8 connections' a.vma "nbdcopy -C 8 'nbd+unix:///?socket=@' null:"
for depth in 1 16; do
    served "random 4 KiB, depth $depth" a.vma "fio --name=r --ioengine=nbd --uri='nbd+unix:///?socket=@' --rw=randread --bs=4k --iodepth=$depth \
        --size=${gib}g --io_size=$((96 + depth * 8))m --randrepeat=1 --output=/dev/null"
done
row '100 starts: --version' 'for i in $(seq 100); do @ --version; done'
row '100 lists' 'for i in $(seq 100); do @ list a.vma; done'
rm a.vma

python3 "$root/bench/realistic.py" disk.raw "$gib"
row 'create .vma.zst' '@ create --no-sync t.vma.zst -d format=raw:d=disk.raw'
"$old" create --no-sync a.vma.zst -d format=raw:d=disk.raw
"$old" create --no-sync plain.vma -d format=raw:d=disk.raw
zstd -q -3 -T2 plain.vma -o stock.vma.zst
rm disk.raw plain.vma
row 'extract .vma.zst' '@ extract --no-sync a.vma.zst out'
row 'extract a stock .zst' '@ extract --no-sync stock.vma.zst out'
row 'verify .vma.zst' '@ verify a.vma.zst 2>/dev/null'
row 'cat a disk of .vma.zst' '@ cat a.vma.zst d >/dev/null'
served 'nbdcopy --synchronous of .vma.zst' a.vma.zst "nbdcopy --synchronous 'nbd+unix:///?socket=@' null:"
served 'nbdcopy of .vma.zst' a.vma.zst "nbdcopy 'nbd+unix:///?socket=@' null:"
