#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a raw disk for benchmarks: disk.py FILE GIB PERCENT [SEED [holes]]. Runs of 4 KiB to 1 MiB, PERCENT of them random data, the rest
zeros that are written, or holes."""
import random
import sys

path, gib, percent = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
draw = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
holes = len(sys.argv) > 5
pool = draw.randbytes(16 << 20)
size, at = int(gib * (1 << 30)) // 4096 * 4096, 0
with open(path, "wb") as disk:
    while at < size:
        length = min(draw.choice([4096, 8192, 65536, 262144, 1 << 20]), size - at)
        if draw.randrange(100) < percent:
            start = draw.randrange(0, len(pool) - length + 1)
            disk.write(pool[start:start + length])
        elif holes:
            disk.seek(length, 1)
        else:
            disk.write(bytes(length))
        at += length
    disk.truncate(size)
