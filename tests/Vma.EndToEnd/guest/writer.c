/* SPDX-License-Identifier: MIT
 *
 * writer DISK_A DISK_B: writes records 1, 2, 3, ... for ever, each 4 KiB, past every cache: record K to disk A, and when it is there, to disk B.
 * Its place is a permutation of the slots, so records go all over the disks, and each content follows from K. So whoever reads a disk can tell whether it
 * is exactly what it was behind one record, and of two disks at one instant A is at most one record ahead.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORD = 4096, SLOTS = 16381 /* a prime */ };

static void put(int disk, const void *record, uint64_t slot, const char *name)
{
    if (pwrite(disk, record, RECORD, (off_t)slot * RECORD) != RECORD) {
        perror(name);
        printf("WRITE ERROR %s\n", name);
        fflush(stdout);
        for (;;)
            pause();
    }
}

int main(int count, char **arguments)
{
    int a, b;
    uint64_t k, *record;

    if (count != 3 || posix_memalign((void **)&record, RECORD, RECORD) != 0)
        return 2;
    a = open(arguments[1], O_RDWR | O_DIRECT | O_SYNC);
    b = open(arguments[2], O_RDWR | O_DIRECT | O_SYNC);
    if (a < 0 || b < 0) {
        perror("open");
        return 1;
    }
    for (k = 1;; k++) {
        uint64_t slot = k * 2654435761u % SLOTS;
        for (unsigned i = 3; i < RECORD / sizeof *record; i++)
            record[i] = k * 0x9E3779B97F4A7C15u + i;
        record[0] = 0x5245434f52440000u;
        record[1] = k;
        record[2] = slot;
        put(a, record, slot, "A");
        put(b, record, slot, "B");
        if (k % 500 == 0) {
            printf("W %llu\n", (unsigned long long)k);
            fflush(stdout);
        }
    }
}
