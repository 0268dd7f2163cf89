#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh DIRECTORY: makes it, with Debian 13 below root/ and a qemu-system-x86_64 that runs Debian 13's QEMU here. For root. About 300 MB.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
out=$1
new=$out.new

# The mirror that apt already uses here, where there is one.
# shellcheck disable=SC2016 # apt-get's variables
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' 2>/dev/null | grep -E '^(https?|file):' | head -n 1 || true)

rm -rf --one-file-system "$new"
mkdir -p "$new"
log=$new/debootstrap.log
# What is mounted meanwhile is mounted in a namespace of its own, and so is gone when this ends, however it ends.
unshare --mount debootstrap --arch=amd64 --variant=minbase --include=qemu-system-x86 \
    trixie "$new/root" "${mirror:-http://deb.debian.org/debian}" >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    rm -rf --one-file-system "$new"
    echo 'make.sh: debootstrap failed' >&2
    exit 1
}
rm -rf "$new/root/var/cache/apt/archives"
install -m 755 "$here/qemu-system-x86_64" "$new/"
"$new/qemu-system-x86_64" --version
rm -rf --one-file-system "$out"
mv "$new" "$out"
