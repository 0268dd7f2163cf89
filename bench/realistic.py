#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a raw disk of realistic content: realistic.py FILE GIB. Half of it is zeros that are written; the other half is, in runs of
64 KiB to 4 MiB, one part text (words drawn by frequency), one part binaries (pieces of the programs and libraries of this machine), and
a fifth random bytes, as in media and encrypted files."""
import glob
import os
import random
import sys

path, size = sys.argv[1], int(float(sys.argv[2]) * (1 << 30)) // 4096 * 4096
draw = random.Random(7)
words = [bytes(draw.choices(b"etaoinshrdlucmfwypvbgkjqxz", weights=range(26, 0, -1), k=draw.randint(2, 11))) for _ in range(8000)]
text = b" ".join(draw.choices(words, weights=[1 / (i + 1) for i in range(len(words))], k=8_000_000))
programs = b"".join(open(name, "rb").read() for name in sorted(glob.glob("/usr/bin/*"))[:400] if os.path.isfile(name))[:96 << 20]
noise = draw.randbytes(32 << 20)
with open(path, "wb") as disk:
    while disk.tell() < size:
        length = min(draw.choice([65536, 262144, 1 << 20, 4 << 20]), size - disk.tell())
        if draw.random() < 0.5:
            disk.write(bytes(length))
            continue
        pool = draw.choices([text, programs, noise], weights=[4, 4, 2])[0]
        start = draw.randrange(0, len(pool) - length) // 512 * 512
        disk.write(pool[start:start + length])
