#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes an archive of any size in no time: hollow.py FILE GIB [DISKS]. Its disks are full of data by its headers, and the data is a hole of the
file. So what reads headers only can be timed on archives larger than this machine's disk. It has no seals."""
import hashlib
import struct
import sys

path, gib, disks = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
uuid = bytes(range(16))
clusters = int(gib * (1 << 30)) // 65536 // disks
HEADER, SLOTS = 12288, 59

blobs = b"\0"
header = bytearray(HEADER)
for disk in range(1, disks + 1):
    name = b"disk%d\0" % disk
    struct.pack_into(">IIQ", header, 4096 + disk * 32, len(blobs), 0, clusters * 65536)
    blobs += struct.pack("<H", len(name)) + name
blobs += bytes(-len(blobs) % 512)
header[0:4] = b"VMA\0"
struct.pack_into(">I16sQ16sIII", header, 4, 1, uuid, 1_700_000_000, bytes(16), HEADER, len(blobs), HEADER + len(blobs))
header += blobs
header[32:48] = hashlib.md5(header).digest()

with open(path, "wb") as archive:
    archive.write(header)
    for disk in range(1, disks + 1):
        for first in range(0, clusters, SLOTS):
            count = min(SLOTS, clusters - first)
            slots = b"".join(struct.pack(">HBBI", 0xFFFF, 0, disk, first + i) for i in range(count)).ljust(SLOTS * 8, b"\0")
            start = struct.pack(">4sHH16s", b"VMAE", 0, count * 16, uuid)
            archive.write(start + hashlib.md5(start + bytes(16) + slots).digest() + slots)
            archive.seek(count * 65536, 1)
    archive.truncate()
