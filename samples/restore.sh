#!/bin/sh
# Restores samples/guest.vma to a new temporary directory and shows what came out. Installs e2fsprogs when it is missing.
# Usage: samples/restore.sh
set -eu
samples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
vma=$samples/../vma
archive=$samples/guest.vma
# shellcheck source=samples/need.sh
. "$samples/need.sh"
need debugfs e2fsprogs

say() { printf '\n== %s\n' "$*"; }

say 'What the archive holds (vma list samples/guest.vma)'
"$vma" list "$archive"

# The directory is there after the script, to look around in; vma wants one that is empty.
directory=$(mktemp -d "${TMPDIR:-/tmp}/vma-restore.XXXXXXXX")
say "Restoring it (vma extract samples/guest.vma $directory -v)"
"$vma" extract "$archive" "$directory" -v

say "What came out (ls -ls; the first column is what a file takes on disk)"
ls -ls --block-size=K "$directory"

say 'The configuration (qemu-server.conf)'
cat "$directory/qemu-server.conf"

say 'The files inside the first disk (debugfs)'
disk=$directory/disk-drive-scsi0.raw
for folder in / /etc /srv /srv/www; do
    echo "$folder:"
    debugfs -R "ls -p $folder" "$disk" 2>/dev/null | awk -F/ '$6 != "" && $6 != "." && $6 != ".." { printf "    %-12s %s bytes\n", $6, $7 == "" ? "-" : $7 }'
done
echo
echo '/srv/www/index.html:'
debugfs -R 'cat /srv/www/index.html' "$disk" 2>/dev/null

say 'The start of the second disk'
head -n 1 "$directory/disk-drive-scsi1.raw"

say "Done. The restored guest is in $directory"
