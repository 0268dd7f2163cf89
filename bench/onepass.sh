#!/bin/sh
# SPDX-License-Identifier: MIT
# From a compressed archive to qcow2 in one pass, against the three of zstd -d, extract and qemu-img convert, in one run, alternating; a half-full
# disk (bench/realistic.py). The archive is one as vzdump makes it: plain, then zstd. Each way ends when the image is durable or not, as DURABLE
# says (yes or no, by default no). Prints medians, and the most disk space that each way had in use at once.
# Usage: bench/onepass.sh [DIRECTORY [GIB [ROUNDS]]]; the directory needs four times as much room.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/var/tmp} gib=${2:-4} rounds=${3:-3}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 "$root/bench/realistic.py" disk.raw "$gib"
"$vma" create --no-sync --no-seal plain.vma -d format=raw:disk=disk.raw
rm disk.raw
zstd -q -T0 --rm plain.vma -o backup.vma.zst
if [ "${DURABLE:-no}" = yes ]; then sync='' finish='sync out/*.qcow2'; else sync=--no-sync finish=:; fi

python3 - "$rounds" "'$vma' extract $sync --format qcow2 backup.vma.zst out" \
    "zstd -q -d backup.vma.zst -o three.vma && '$vma' extract $sync three.vma raw && mkdir out &&
    qemu-img convert -f raw -O qcow2 raw/disk-disk.raw out/disk-disk.qcow2 && $finish" <<'PY'
import os, shutil, statistics, subprocess, sys, threading, time
rounds, ways = int(sys.argv[1]), {"one pass": sys.argv[2], "three passes": sys.argv[3]}
times = {way: [] for way in ways}
peaks = {way: 0 for way in ways}

def used():
    total = 0
    for directory, _, files in os.walk("."):
        for name in files:
            try:
                total += os.stat(os.path.join(directory, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return total

for _ in range(rounds):
    for way, command in ways.items():
        subprocess.run(["sync"], check=True)
        before, done = used(), threading.Event()
        def watch():
            while not done.wait(0.05):
                peaks[way] = max(peaks[way], used() - before)
        watcher = threading.Thread(target=watch)
        watcher.start()
        start = time.monotonic()
        subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
        times[way].append(time.monotonic() - start)
        done.set()
        watcher.join()
        output = os.stat("out/disk-disk.qcow2").st_blocks * 512
        for left in ("out", "raw"):
            shutil.rmtree(left, ignore_errors=True)
        if os.path.exists("three.vma"):
            os.remove("three.vma")

one, three = (statistics.median(times[way]) for way in ways)
for way in ways:
    print(f"{way:13} {statistics.median(times[way]):7.2f}s  spread {max(times[way]) - min(times[way]):.2f}s  peak {peaks[way] / 2**20:7.0f} MiB")
print(f"one pass takes {one / three:.2f} of the time; its output is {output / 2**20:.0f} MiB")
PY
