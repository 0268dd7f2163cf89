#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How cost grows with the size and the number of disks: growth.py [DIRECTORY [ROUNDS]]. Medians of wall seconds, processor seconds and peak memory.

By size: one disk with 1 % data, else holes; and archives that are full by their headers, with data that is a hole (hollow.py). By number: disks
of 4 GiB in all, half data. DIRECTORY (/dev/shm) takes 10 GiB. Archives must read as fast as their headers: quick, list and cat read nothing else.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

bench = os.path.dirname(os.path.abspath(__file__))
vma = os.path.join(bench, "..", "artifacts", "vma", "vma")
base = sys.argv[1] if len(sys.argv) > 1 else "/dev/shm"
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3


def once(command):
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"failed: {command}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(command, made=None):
    rows = []
    for _ in range(rounds):
        for path in made or []:
            shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
        rows.append(once(command))
    wall, cpu, memory = (statistics.median(column) for column in zip(*rows))
    return f"{wall:7.3f} {cpu:6.2f} {memory:5.0f}"


def make(script, *arguments):
    subprocess.run([sys.executable, os.path.join(bench, script), *map(str, arguments)], check=True)


def main():
    with tempfile.TemporaryDirectory(prefix="vma-bench.", dir=base) as work:
        os.chdir(work)
        print(f"{'wall s, CPU s, MiB':18}"
              + "".join(f"{name:>22}" for name in ("create", "extract", "verify", "full: --quick", "full: list", "full: last byte")))
        for gib in (1, 4, 16, 64):
            with open("disk.raw", "wb") as disk:
                piece = os.urandom(1 << 20)
                for at in range(gib * 1024):
                    if at % 100 == 0:
                        disk.seek(at << 20)
                        disk.write(piece)
                disk.truncate(gib << 30)
            make("hollow.py", "full.vma", gib)
            print(f"{gib:3} GiB           " + "".join(f"{text:>22}" for text in (
                measure([vma, "create", "--no-sync", "a.vma", "-d", "format=raw:d=disk.raw"], ["a.vma"]),
                measure([vma, "extract", "--no-sync", "a.vma", "out"], ["out"]),
                measure([vma, "verify", "a.vma"]),
                measure([vma, "verify", "--quick", "full.vma"]),
                measure([vma, "list", "full.vma"]),
                measure([vma, "cat", "full.vma", "disk1", "--offset", str((gib << 30) - 65536), "--length", "1"]))), flush=True)
            shutil.rmtree("out")
            os.remove("a.vma")
            os.remove("full.vma")
            os.remove("disk.raw")
        for number in (1, 4, 16, 64):
            drives = []
            for disk in range(number):
                make("disk.py", f"disk{disk}.raw", 4 / number, 50, disk)
                drives += ["-d", f"format=raw:disk{disk}=disk{disk}.raw"]
            create = measure([vma, "create", "--no-sync", "a.vma", *drives], ["a.vma"])
            for disk in range(number):
                os.remove(f"disk{disk}.raw")
            print(f"{number:3} disks         " + "".join(f"{text:>22}" for text in (
                create, measure([vma, "extract", "--no-sync", "a.vma", "out"], ["out"]), measure([vma, "verify", "a.vma"]))), flush=True)
            shutil.rmtree("out")
            os.remove("a.vma")


main()
