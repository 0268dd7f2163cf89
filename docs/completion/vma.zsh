#compdef vma
# SPDX-License-Identifier: MIT
# Completion of vma for zsh. Install it as _vma in a directory of $fpath.

# Prints the names that 'vma list' shows of the archive $2; $1 is a regular expression of the lines' first word.
_vma_names() {
    local archive=${(Q)2}
    [[ $archive != '~/'* ]] || archive=$HOME/${archive#'~/'}
    [[ -f $archive ]] || return
    $vma list -- $archive 2>/dev/null | sed -nE 's/^VMSTATE: .*/DEV: name: vmstate/; '"s/^$1: .*(name|devname): (.*)\$/\\2/p"
}

# Names come from an archive that anybody can have made. compadd quotes them; _values and _describe would take parts of them for their own.
_vma_device() {
    local -a names=("${(@f)$(_vma_names DEV $line[1])}")
    compadd -a names
}

# Names with commas between them, each with one of the formats "$@" behind it or without.
_vma_devices() {
    local -a names=("${(@f)$(_vma_names DEV $line[1])}") formats=(${@:#-*})
    compset -P '*,'
    if compset -P '*:'; then
        compadd -S , -q -a formats
    else
        compadd -S , -q -a names
    fi
}

_vma_sizes() {
    local -a names=("${(@f)$(_vma_names DEV $line[1])}")
    compset -P '*=' || compadd -S = -a names
}

_vma_configs() {
    local -a names=("${(@f)$(_vma_names CFG $line[1])}")
    compadd -a names
}

# NAME=ARCHIVE:DISK
_vma_export() {
    compset -P '*=' || return
    if [[ $PREFIX == *:* ]]; then
        local -a names=("${(@f)$(_vma_names DEV ${PREFIX%:*})}")
        compset -P '*:'
        compadd -a names
    else
        _files
    fi
}

# [format=FORMAT:][NAME=]PATH; the formats are "$@".
_vma_disk() {
    local -a formats=(format=${^${@:#-*}}:)
    if [[ -z $PREFIX ]]; then
        compadd -S '' -a formats
    fi
    compset -P 'format=*:'
    compset -P '*='
    _files
}

_vma_domains() {
    local -a names=("${(@f)$(virsh -q list --name 2>/dev/null)}")
    compadd -- ${names:#}
}

# Made from src/Vma.Cli/Arguments by './build.sh docs'; do not change it here.
_vma_verbs() {
    local -a verbs=(
        'create:make an archive from disks and configs'
        'list:show the configs and devices of an archive'
        'config:print a configuration file of an archive'
        'extract:restore the disks and configs of an archive'
        'verify:find everything that is wrong with archives'
        'salvage:get out of a damaged archive all that can be trusted'
        'repack:turn an archive into one of another form'
        'backup:back up a running VM'
        'restore:restore a guest so that it can be started here'
        'serve:give the disks of archives to NBD clients, read-only, without restoring anything'
        'boot:start a guest from an archive, without restoring anything'
        'cat:write a disk, or a part of it, to standard output'
        'diff:compare two archives by content'
        'convert:turn an archive into a directory of images or an OVA, or images or an OVA into an archive'
    )
    _describe verb verbs
}

_vma_operands() {
    case $1 in
        create)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '*'{-d,--drive}'[a disk]:DISK:_vma_disk raw qcow2 vmdk vdi vhdx vpc qed parallels qcow luks dmg bochs cloop' \
                '*'{-c,--config}'[a configuration file, stored under its base name]:FILE:_files' \
                '(-v --verbose)'{-v,--verbose}'[show progress and totals]' \
                '--key-file[a file with the passphrase of encrypted images]:FILE:_files' \
                '--no-seal[leave the data checksums out, for a reader that refuses archives with them]' \
                '--compress[how the archive is compressed]:FORMAT:(zstd lzo gzip none)' \
                '--threads[how many threads read, pack and compress]:N:' \
                '--dry-run[check everything, print what would be done, and write nothing]' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '--json[print the report as one JSON document]' \
                '1:ARCHIVE:_files' \
                '*:DISK:_vma_disk raw qcow2 vmdk vdi vhdx vpc qed parallels qcow luks dmg bochs cloop'
            ;;
        list)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '--json[print the report as one JSON document]' \
                '1:FILE:_files'
            ;;
        config)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-c --config)'{-c,--config}'[the config'\''s name]:NAME:_vma_configs' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '1:FILE:_files'
            ;;
        extract)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-v --verbose)'{-v,--verbose}'[show progress and totals]' \
                '*'{-d,--drives}'[restore only these devices]:NAME\[\:FORMAT\],...:_vma_devices raw qcow2 vmdk vdi vhdx vpc qed parallels' \
                '(-r --map)'{-r,--map}'[read where each device goes from this file or FIFO]:MAP:_files' \
                '--format[the format of the disks'\'' images]:FORMAT:(raw qcow2 vmdk vdi vhdx vpc qed parallels)' \
                '*'{-o,--options}'[creation options of the format]:OPTIONS:' \
                '--no-configs[leave the configs out]' \
                '--no-verify-data[write data even when it does not match its checksum]' \
                '--strict[take stored blocks that are all zeros for damage]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '--ignore-space[go on when there is too little space by all that is known, as on a file system that compresses]' \
                '--dry-run[check everything, print what would be done, and write nothing]' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '--json[print the report as one JSON document]' \
                '1:FILE:_files' \
                '2:DIR:_files -/'
            ;;
        verify)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-v --verbose)'{-v,--verbose}'[show progress and totals]' \
                '--quick[read only headers]' \
                '--strict[take stored blocks that are all zeros for damage]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '--json[print the report as one JSON document]' \
                '*:FILE:_files'
            ;;
        salvage)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-v --verbose)'{-v,--verbose}'[tell each finding in a line of its own]' \
                '--keep-damaged[also write data that is damaged or cannot be checked, where there is nothing better]' \
                '*--size[a disk'\''s size, where the header'\''s is lost or wrong]:NAME=BYTES:_vma_sizes' \
                '--strict[take stored blocks that are all zeros for damage]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '--ignore-space[go on when there is too little space by all that is known, as on a file system that compresses]' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '--json[print the report as one JSON document]' \
                '1:FILE:_files' \
                '2:DIR:_files -/'
            ;;
        repack)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '--compress[how the archive is compressed]:FORMAT:(zstd lzo gzip none)' \
                '--threads[how many threads read, pack and compress]:N:' \
                '--no-seal[leave the data checksums out, for a reader that refuses archives with them]' \
                '(--keep-order --sort)--keep-order[leave the clusters in the order they come in]' \
                '(--sort --keep-order)--sort[put the clusters of a compressed or piped archive in disk order too]' \
                '--uuid[the new archive'\''s identity]:UUID:' \
                '--time[the new archive'\''s time, in seconds since 1970]:SECONDS:' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '--json[print the report as one JSON document]' \
                '1:IN:_files' \
                '2:OUT:_files'
            ;;
        backup)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '--libvirt[a running domain of libvirt, by its name, UUID or number]:DOMAIN:_vma_domains' \
                '*'{-c,--config}'[a configuration file, stored under its base name]:FILE:_files' \
                '*'{-d,--drive}'[the name in the archive for a drive, by its node, id or place]:NAME=NODE:' \
                '*--exclude[a drive to leave out, or a disk that cannot be backed up]:NODE:' \
                '--ram[save the RAM of the same instant too]' \
                '--freeze[freeze the guest'\''s file systems at the instant, through its agent at this socket, or libvirt\:DOMAIN]:AGENT-SOCKET:_files' \
                '--limit[read at most so many bytes per second]:RATE:' \
                '--scratch[where what the guest overwrites is kept, and how much at most]:DIR\[\:SIZE\]:_files -/' \
                '--method[how the instant is kept]:METHOD:(auto pull push-fleece push-direct)' \
                '--track[leave a record of changes in the VM, so that the next backup can start from this archive]' \
                '--base[read only what changed since this archive, which was tracked, and take the rest from it]:OLD:_files' \
                '(--plan --cleanup)--plan[say what would be done, and do not touch the VM]' \
                '(--cleanup --plan)--cleanup[remove what a run that was killed left in the VM, and do nothing else]' \
                '--compress[how the archive is compressed]:FORMAT:(zstd lzo gzip none)' \
                '--threads[how many threads read, pack and compress]:N:' \
                '--no-seal[leave the data checksums out, for a reader that refuses archives with them]' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '(-v --verbose)'{-v,--verbose}'[show progress and totals]' \
                '--json[print events, one JSON object on a line each]' \
                '1::QMP-SOCKET:_files' \
                '2::ARCHIVE:_files'
            ;;
        restore)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(--qemu --libvirt)--qemu[restore to this directory, with a script start.sh that starts the guest]:DIR:_files -/' \
                '(--libvirt --qemu)--libvirt[restore to this directory, with a domain.xml for virsh define]:DIR:_files -/' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '(-v --verbose)'{-v,--verbose}'[show progress and totals]' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '1:FILE:_files'
            ;;
        serve)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-s --socket -l --listen)'{-s,--socket}'[listen on a unix socket]:PATH:_files' \
                '(-l --listen -s --socket)'{-l,--listen}'[listen on TCP]:\[ADDR\:\]PORT:' \
                '--tls[serve with TLS only]:DIR:_files -/' \
                '--tls-verify-clients[let in only clients whose certificate ca-cert.pem of --tls has signed]' \
                '*'{-e,--export}'[serve one disk under a name]:NAME=ARCHIVE\:DISK:_vma_export' \
                '(--run --json)--run[run a shell command that finds $uri, $unixsocket and $port set, and end with it]:COMMAND:_cmdstring' \
                '(--json --run)--json[print the report as one JSON document]' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '--copy[make a seekable copy of an archive in gzip or bzip2]' \
                '--no-verify-data[do not compare data with its checksums]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '*:FILE:_files'
            ;;
        boot)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-m --memory)'{-m,--memory}'[the guest'\''s memory, in MiB, or with M, G or T behind it]:SIZE:' \
                '--cpus[how many processors the guest has]:N:' \
                '--no-network[the guest'\''s network cards lead nowhere]' \
                '--display[where the guest'\''s screen is shown, as QEMU'\''s option of this name has it]:TYPE:(gtk sdl curses none)' \
                '(--keep --stream)--keep[keep what the guest writes in a directory, and go on with what is there]:DIR:_files -/' \
                '(--stream --keep --print)--stream[restore the disks to a directory while the guest runs on them]:DIR:_files -/' \
                '--resume[go on from the RAM in the archive]' \
                '--bare[give QEMU the disks as block nodes only]' \
                '(--print --stream)--print[print a shell script that does it, in place of doing it]' \
                '--qemu[the QEMU to start]:PROGRAM:_command_names -e' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '--copy[make a seekable copy of an archive in gzip or bzip2]' \
                '--no-verify-data[do not compare data with its checksums]' \
                '1:FILE:_files' \
                '*:QEMU-ARGUMENT:_files'
            ;;
        cat)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '--offset[where to begin on the disk]:BYTES:' \
                '--length[how many bytes to write]:BYTES:' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '--copy[make a seekable copy of an archive in gzip or bzip2]' \
                '--no-verify-data[do not compare data with its checksums]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '1:FILE:_files' \
                '2:DISK:_vma_device'
            ;;
        diff)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '(-q --quiet --json)'{-q,--quiet}'[print nothing]' \
                '(--json -q --quiet)--json[print the report as one JSON document]' \
                '--no-index[keep no index of an archive that is one zstd frame, and use none]' \
                '--copy[make a seekable copy of an archive in gzip or bzip2]' \
                '--no-verify-data[do not compare data with its checksums]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '1:A:_files' \
                '2:B:_files'
            ;;
        convert)
            _arguments \
                '(- *)'{-h,--help}'[show help]' \
                '*'{-c,--config}'[a configuration file for the new archive]:FILE:_files' \
                '--format[the format of the disks'\'' images]:FORMAT:(raw qcow2 vmdk vdi vhdx vpc qed parallels)' \
                '*'{-o,--options}'[creation options of the format]:OPTIONS:' \
                '--key-file[a file with the passphrase of encrypted images]:FILE:_files' \
                '--compress[how the archive is compressed]:FORMAT:(zstd lzo gzip none)' \
                '--threads[how many threads read, pack and compress]:N:' \
                '--no-seal[leave the data checksums out, for a reader that refuses archives with them]' \
                '--memory[how much memory a zstd archive'\''s window may take, with K, M, G or T for powers of 1024]:SIZE:' \
                '(-v --verbose)'{-v,--verbose}'[show progress and totals]' \
                '--ignore-space[go on when there is too little space by all that is known, as on a file system that compresses]' \
                '--dry-run[check everything, print what would be done, and write nothing]' \
                '--no-sync[do not wait until what was written is durable on disk]' \
                '--json[print the report as one JSON document]' \
                '*:IN:_vma_disk raw qcow2 vmdk vdi vhdx vpc qed parallels qcow luks dmg bochs cloop'
            ;;
    esac
}

_vma() {
    local curcontext=$curcontext state line vma=${(Q)words[1]}
    typeset -A opt_args

    _arguments -C \
        '(- *)'{-h,--help}'[show help]' \
        '(- *)--version[show the version]' \
        '1: :->verb' \
        '*:: :->operands' && return

    case $state in
        verb) _vma_verbs ;;
        operands)
            curcontext=${curcontext%:*}-$line[1]:
            _vma_operands $line[1]
            ;;
    esac
}

if [[ $funcstack[1] == _vma ]]; then
    _vma "$@"
else
    compdef _vma vma
fi
