#!/bin/sh
# SPDX-License-Identifier: MIT
# A large archive through every compressor of the field: each result is restored from a file and from a pipe and compared with the disk.
# Takes a while: zstd -19 alone some minutes for each GiB. Usage: bench/compressors.sh [DIRECTORY [GIB]]; it needs five times as much room.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
base=${1:-/var/tmp} gib=${2:-2}
vma=$root/artifacts/vma/vma
[ -x "$vma" ] || "$root/build.sh" native >&2
work=$(mktemp -d "$base/vma-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 "$root/bench/realistic.py" disk.raw "$gib"
"$vma" create --no-sync plain.vma -d format=raw:disk=disk.raw
printf 'plain archive: %s bytes\n' "$(stat -c %s plain.vma)"
failed=0

check() {
    for way in file pipe; do
        rm -rf out
        case $way in
            file) "$vma" extract --no-sync packed out >/dev/null ;;
            pipe) cat packed | "$vma" extract --no-sync - out >/dev/null ;;
        esac && cmp -s disk.raw out/disk-disk.raw && echo "good  $way  $1" || { echo "BAD   $way  $1"; failed=1; }
    done
}

split -b 300M plain.vma part.
for command in 'zstd -1' 'zstd -3' 'zstd -T2' 'zstd --long=27' 'zstd --no-check' 'zstd -19 -T2' pzstd 'lzop -1' 'lzop -3' 'lzop -9' \
    'lzop --no-checksum' 'lzop --crc32' gzip pigz bzip2 pbzip2; do
    $command -c <plain.vma >packed
    check "$command"
done

for command in zstd lzop gzip bzip2; do
    for part in part.*; do $command -c <"$part"; done >packed
    check "$command of parts, one behind the other"
done

for form in zst lzo gz; do
    rm -f "ours.vma.$form"
    "$vma" create --no-sync "ours.vma.$form" -d format=raw:disk=disk.raw
    case $form in
        zst) zstd -q -t "ours.vma.$form"; zstd -q -dc "ours.vma.$form" >packed ;;
        lzo) lzop -q -t "ours.vma.$form"; lzop -q -dc "ours.vma.$form" >packed ;;
        gz) gzip -t "ours.vma.$form"; gzip -dc "ours.vma.$form" >packed ;;
    esac
    check "ours as $form, unpacked by its own tool"
done
exit "$failed"
