#!/bin/sh
# SPDX-License-Identifier: MIT
# The whole program against what copies the same bytes, each row alternating in one run: medians, their ratio, the spread.
# Usage: bench/throughput.sh [DIRECTORY [GIB [ROUNDS [DISK_DIRECTORY]]]]
# DIRECTORY (/dev/shm) takes three times GIB (4); DISK_DIRECTORY (/var/tmp), on a disk, twice as much for the rows that wait for it.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/dev/shm} gib=${2:-4} rounds=${3:-5} disk_base=${4:-/var/tmp}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
cold=$(mktemp -d "$disk_base/vma-bench.XXXXXX")
trap 'rm -rf "$work" "$cold"' EXIT
cd "$work"

# row LABEL AIM OURS THEIRS: what is made is out, ours.* or theirs.*, and is removed before each run.
row() {
    python3 "$root/bench/compare.py" --rounds "$rounds" ${2:+--limit "$2"} ${header:-} \
        --before "rm -rf out ours.* theirs.* '$cold'/out '$cold'/theirs.*; $before" "$1" "$3" "$4"
    header=
}

before=: header=--header
python3 "$root/bench/disk.py" mixed.raw "$gib" 53
row 'create, mixed | cp --sparse=always' 1.0 "'$vma' create --no-sync ours.vma -d format=raw:d=mixed.raw" 'cp --sparse=always mixed.raw theirs.raw'
row 'create to a pipe | cat disk through the same' 1.2 "'$vma' create - -d format=raw:d=mixed.raw | cat >/dev/null" 'cat mixed.raw | cat >/dev/null'
"$vma" create --no-sync mixed.vma -d format=raw:d=mixed.raw
row 'create to a pipe | cat archive through it' '' "'$vma' create - -d format=raw:d=mixed.raw | cat >/dev/null" 'cat mixed.vma | cat >/dev/null'
rm mixed.raw
python3 "$root/bench/disk.py" sparse.raw "$gib" 10 1 holes
row 'create, sparse | cp' 1.2 "'$vma' create --no-sync ours.vma -d format=raw:d=sparse.raw" 'cp sparse.raw theirs.raw'
rm sparse.raw
row 'extract, mixed | dd bs=4M of the archive' 1.0 "'$vma' extract --no-sync mixed.vma out" 'dd if=mixed.vma of=theirs.raw bs=4M status=none'
row 'extract from a pipe | cat through the same' 1.2 "cat mixed.vma | '$vma' extract --no-sync - out" 'cat mixed.vma | cat >theirs.raw'
row 'verify | cat >/dev/null' 1.2 "'$vma' verify mixed.vma 2>/dev/null" 'cat mixed.vma'
row 'verify from a pipe | cat through the same' 1.2 "cat mixed.vma | '$vma' verify - 2>/dev/null" 'cat mixed.vma | cat'
# Cold: the archive is read from the disk, and what is written is waited for.
cp mixed.vma "$cold/mixed.vma"
rm mixed.vma
before="sync; { echo 3 >/proc/sys/vm/drop_caches; } 2>/dev/null || :"
row 'extract, cold disk, synced | dd conv=fdatasync' 1.1 \
    "'$vma' extract '$cold/mixed.vma' '$cold/out'" "dd if='$cold/mixed.vma' of='$cold/theirs.raw' bs=4M conv=fdatasync status=none"
row 'verify, cold disk | cat >/dev/null' 1.2 "'$vma' verify '$cold/mixed.vma' 2>/dev/null" "cat '$cold/mixed.vma'"
before=:
row '100 starts: vma --version | /bin/true' '' "for i in \$(seq 100); do '$vma' --version; done" "for i in \$(seq 100); do /bin/true; done"
