#!/bin/sh
# Makes samples/guest.vma: a small guest with an ext4 disk, a second disk and a Proxmox configuration.
# Usage: samples/make-guest.sh [ARCHIVE]; ARCHIVE must not exist.
set -eu
samples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
archive=${1:-$samples/guest.vma}
# shellcheck source=samples/need.sh
. "$samples/need.sh"
need mke2fs e2fsprogs

work=$(mktemp -d "${TMPDIR:-/tmp}/vma-guest.XXXXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The first disk: 16 MiB of ext4 with a few files. No journal, so that it is small; a fixed uuid, so that it is the same each time.
mkdir -p "$work/root/etc" "$work/root/srv/www"
echo 'web-1' >"$work/root/etc/hostname"
printf '%s\n' '/dev/sda / ext4 defaults,noatime 0 1' '/dev/sdb none swap sw 0 0' >"$work/root/etc/fstab"
printf '%s\n' '<!doctype html>' '<title>web-1</title>' '<p>This page was restored from a VMA archive.</p>' >"$work/root/srv/www/index.html"
ln -s index.html "$work/root/srv/www/home.html"
awk 'BEGIN { for (i = 1; i <= 400; i++) printf "10.0.0.%d GET /page/%d 200\n", i % 250 + 1, i }' >"$work/root/srv/access.log"
find "$work/root" -exec touch -h -d '2026-01-02 03:04:05 UTC' {} +
truncate -s 16M "$work/vm-104-disk-0.raw"
E2FSPROGS_FAKE_TIME=1767323045 mke2fs -q -t ext4 -O ^has_journal -L web-1 -d "$work/root" -U 6f1c5a0e-2f3b-4d6a-9a51-0b6c1c9f1040 \
    -E root_owner=0:0,hash_seed=6f1c5a0e-2f3b-4d6a-9a51-0b6c1c9f1041 "$work/vm-104-disk-0.raw"

# The second disk: 4 MiB and a bit, so that its last cluster is not a whole one; written at its start, in the middle and at its end.
truncate -s 4195328 "$work/vm-104-disk-1.raw"
at() { dd of="$work/vm-104-disk-1.raw" bs=1 seek="$1" conv=notrunc status=none; }
printf 'the first bytes of the second disk\n' | at 0
printf 'bytes in the middle\n' | at 2097152
printf 'the last bytes of the second disk\n' | at 4195294

cat >"$work/qemu-server.conf" <<'CONF'
#A small guest to try vma with
agent: 1
boot: order=scsi0
cores: 2
cpu: x86-64-v2-AES
memory: 512
meta: creation-qemu=10.0.2,ctime=1767323045
name: web-1
net0: virtio=BC:24:11:5A:0E:68,bridge=vmbr0,firewall=1
numa: 0
ostype: l26
scsi0: local-lvm:vm-104-disk-0,discard=on,iothread=1,size=16M
scsi1: local-lvm:vm-104-disk-1,iothread=1,size=4097K
scsihw: virtio-scsi-single
smbios1: uuid=6f1c5a0e-2f3b-4d6a-9a51-0b6c1c9f1040
sockets: 1
vmgenid: 2a5dd5a3-6a3a-4f43-8a4e-34d3f3d1b104
#qmdump#map:scsi0:drive-scsi0:local-lvm:raw:
#qmdump#map:scsi1:drive-scsi1:local-lvm:raw:
CONF

"$samples/../vma" create "$archive" -v -c "$work/qemu-server.conf" \
    -d "format=raw:drive-scsi0=$work/vm-104-disk-0.raw" \
    -d "format=raw:drive-scsi1=$work/vm-104-disk-1.raw"
