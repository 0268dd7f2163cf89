#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a backup costs the guest: records per second of the test guest (build.sh guest) while it is backed up, as a ratio to those before.

guest.py [DIRECTORY [GIB [ROUNDS]]]. Two disks of GIB each (1), of which the guest writes 64 MiB over and over, 4 KiB at a time past every cache, and
the rest is random data. QEMU runs without hardware help, so the guest, QEMU and vma share the machine's processors. DIRECTORY (/var/tmp) takes five
times GIB.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
vma = os.path.join(root, "artifacts", "vma", "vma")
files = os.path.join(root, "artifacts", "guest")
base = sys.argv[1] if len(sys.argv) > 1 else "/var/tmp"
size = int(float(sys.argv[2] if len(sys.argv) > 2 else 1) * (1 << 30))
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
METHODS = [("pull", []), ("pull", ["--limit", "50M"]), ("push-fleece", []), ("push-fleece", ["--limit", "50M"])]


def records(log):
    with open(log, "rb") as serial:
        found = re.findall(rb"W (\d+)", serial.read())
    return int(found[-1]) if found else 0


def rate(log, seconds):
    start, first = time.monotonic(), records(log)
    time.sleep(seconds)
    return (records(log) - first) / (time.monotonic() - start)


def main():
    with tempfile.TemporaryDirectory(prefix="vma-bench.", dir=base) as work:
        os.chdir(work)
        for disk in ("a", "b"):
            with open(f"{disk}.raw", "wb") as image:
                for _ in range(size >> 20):
                    image.write(os.urandom(1 << 20))
        with open("qemu.log", "wb") as errors:
            qemu = subprocess.Popen(
                ["qemu-system-x86_64", "-M", "q35", "-accel", "tcg", "-m", "128", "-display", "none", "-nodefaults", "-no-reboot",
                 "-kernel", f"{files}/vmlinuz", "-initrd", f"{files}/initrd.gz", "-append", "console=ttyS0 quiet nokaslr mode=records",
                 "-serial", "file:serial", "-serial", "null", "-qmp", "unix:q,server=on,wait=off",
                 "-blockdev", "driver=raw,node-name=a,file.driver=file,file.filename=a.raw", "-device", "virtio-blk-pci,drive=a,id=virtio0",
                 "-blockdev", "driver=raw,node-name=b,file.driver=file,file.filename=b.raw", "-device", "virtio-blk-pci,drive=b,id=virtio1,serial=second"],
                stdout=errors, stderr=errors)
        try:
            while not os.path.exists("serial") or records("serial") == 0:
                time.sleep(0.2)
            print(f"{'backup':28} {'records/s':>10} {'during':>8} {'ratio':>6}   {'MB/s':>6}   medians of {rounds}")
            for method, limit in METHODS:
                rows = []
                for number in range(rounds):
                    before = rate("serial", 5)
                    start, first = time.monotonic(), records("serial")
                    subprocess.run([vma, "backup", "q", f"{number}.vma", "--method", method, "--no-sync", *limit], check=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    took = time.monotonic() - start
                    during = (records("serial") - first) / took
                    rows.append((before, during, during / before, 2 * size / took / 1e6))
                    os.remove(f"{number}.vma")
                before, during, ratio, speed = (statistics.median(column) for column in zip(*rows))
                print(f"{' '.join([method, *limit]):28} {before:10.0f} {during:8.0f} {ratio:6.2f}   {speed:6.0f}", flush=True)
        finally:
            qemu.kill()


main()
