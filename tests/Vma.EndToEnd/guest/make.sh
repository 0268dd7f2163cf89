#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh DIRECTORY: makes the test guest there, vmlinuz and initrd.gz, from Debian's packages: cloud kernel, busybox-static and guest agent; none but
# busybox-static is installed.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$1"
out=$(cd -- "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -nE 's/^ *Depends: (linux-image-[^ ]*)$/\1/p' | head -n 1)
apt-get download -q "$kernel" qemu-guest-agent >/dev/null 2>&1 ||
    { apt-get update -q >/dev/null && apt-get download -q "$kernel" qemu-guest-agent >/dev/null 2>&1; }
for package in *.deb; do dpkg-deb -x "$package" packages; done

mkdir -p root/bin root/sbin root/lib/mods root/lib64 root/proc root/sys root/dev root/mnt root/run root/tmp
cp "$(command -v busybox)" root/bin/busybox
for name in sh mount insmod sleep echo cat ln mkdir sync poweroff reboot; do ln -s busybox "root/bin/$name"; done
for module in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk virtio_console; do
    find packages/lib/modules -name "$module.ko" -exec cp {} root/lib/mods/ \;
done
gcc -O2 -static -o root/bin/writer "$here/writer.c"
cp packages/usr/sbin/qemu-ga root/sbin/
ldd root/sbin/qemu-ga | sed -nE 's/.*=> (\/[^ ]+).*/\1/p' | while read -r library; do
    mkdir -p "root${library%/*}"
    cp -L "$library" "root$library"
done
cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/
install -m 755 "$here/init" root/init
(cd root && find . | busybox cpio -o -H newc) >initrd
gzip -1 <initrd >"$out/initrd.new"
cp packages/boot/vmlinuz-* "$out/vmlinuz"
mv "$out/initrd.new" "$out/initrd.gz"
