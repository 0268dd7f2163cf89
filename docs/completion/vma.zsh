#compdef vma
# SPDX-License-Identifier: MIT
# Completion of vma for zsh. Install it as _vma in a directory of $fpath.

# Prints the names that 'vma list' shows of the archive on the command line; $1 is a regular expression of the lines' first word.
_vma_names() {
    local word
    for word in ${(Q)words[2,-1]}; do
        if [[ -f $word ]]; then
            $vma list -- $word 2>/dev/null | sed -nE 's/^VMSTATE: .*/DEV: name: vmstate/; '"s/^$1: .*(name|devname): (.*)\$/\\2/p"
            return
        fi
    done
}

# Names come from an archive that anybody can have made. compadd quotes them; _values and _describe would take parts of them for their own.
_vma_devices() {
    local -a names=("${(@f)$(_vma_names DEV)}")
    compset -P '*,'
    compadd -S , -q -a names
}

_vma_sizes() {
    local -a names=("${(@f)$(_vma_names DEV)}")
    compadd -S = -a names
}

_vma_configs() {
    local -a names=("${(@f)$(_vma_names CFG)}")
    compadd -a names
}

# [format=FORMAT:][NAME=]PATH
_vma_disk() {
    if [[ -z $PREFIX ]]; then
        compadd -S '' -- format=raw: format=qcow2: format=vmdk: format=vdi: format=vhdx: format=vpc:
    fi
    compset -P 'format=*:'
    compset -P '*='
    _files
}

_vma() {
    local -a help=('(- *)'{-h,--help}'[show help]')
    local -a json=('--json[print the report as one JSON document]')
    local -a verbose=('(-v --verbose)'{-v,--verbose}'[show progress and totals]')
    local -a sync=('--no-sync[do not wait until what was written is durable]')
    local -a images=(
        '--format[the format of the images]:format:(raw qcow2 vmdk vdi vhdx vpc qed parallels)'
        '*'{-o,--options}'[creation options of the format]:options:'
        '--ignore-space[go on when there is too little space]'
    )
    local -a anyplace=('--copy[make a seekable copy of what is compressed in one piece]' '--no-verify-data[do not compare data with its checksums]')
    local curcontext=$curcontext state line vma=${(Q)words[1]}

    _arguments -C \
        '(- *)'{-h,--help}'[show help]' \
        '(- *)--version[show the version]' \
        '1: :->verb' \
        '*:: :->operands' && return

    case $state in
        verb)
            local -a verbs=(
                'create:make an archive from disks and configs'
                'list:show the configs and devices of an archive'
                'config:print a configuration file of an archive'
                'extract:restore the disks and configs of an archive'
                'verify:find everything that is wrong with archives'
                'salvage:get out of a damaged archive all that can be trusted'
                'repack:turn an archive into one of another form'
                'convert:turn an archive into images, or images into an archive'
                'serve:give the disks of archives to NBD clients'
                'cat:write a disk to standard output'
                'diff:compare two archives by content'
                'backup:back up a running VM'
                'restore:restore a guest so that it can be started here'
                'boot:start a guest from an archive'
            )
            _describe verb verbs
            ;;
        operands)
            curcontext=${curcontext%:*}-$line[1]:
            case $line[1] in
                create)
                    _arguments $help $json $verbose $sync \
                        '*'{-d,--drive}'[a disk]:format=raw\:NAME=PATH:_vma_disk' \
                        '*'{-c,--config}'[a configuration file]:file:_files' \
                        '--key-file[a file with the passphrase of encrypted images]:file:_files' \
                        '--no-seal[leave the data checksums out]' \
                        '--compress[how it is compressed]:format:(zstd lzo gzip none)' \
                        '--threads[how many threads work]:number:' \
                        '--dry-run[print what would be done]' \
                        '1:archive:_files' \
                        '*:disk:_vma_disk'
                    ;;
                list) _arguments $help $json '1:archive:_files' ;;
                config) _arguments $help '(-c --config)'{-c,--config}'[name of the config]:name:_vma_configs' '1:archive:_files' ;;
                extract)
                    _arguments $help $json $verbose $sync \
                        '*'{-d,--drives}'[restore only these devices]:device:_vma_devices' \
                        '(-r --map)'{-r,--map}'[read where each device goes from a file or FIFO]:map:_files' \
                        $images \
                        '--dry-run[print what would be done]' \
                        '--no-configs[leave the configs out]' \
                        '--no-verify-data[write data even when it does not match its checksum]' \
                        '1:archive:_files' \
                        '2:directory:_files -/'
                    ;;
                verify) _arguments $help $json $verbose '--quick[read only headers]' '*:archive:_files' ;;
                salvage)
                    _arguments $help $json $sync \
                        '--keep-damaged[also write data that is damaged or cannot be checked]' \
                        '*--size[the size of a disk, where that of the header is lost or wrong]:NAME=BYTES:_vma_sizes' \
                        '1:archive:_files' \
                        '2:directory:_files -/'
                    ;;
                convert)
                    _arguments $help $json $verbose $sync $images \
                        '*'{-c,--config}'[a configuration file]:file:_files' \
                        '--key-file[a file with the passphrase of encrypted images]:file:_files' \
                        '--compress[how it is compressed]:format:(zstd lzo gzip none)' \
                        '--threads[how many threads work]:number:' \
                        '--no-seal[leave the data checksums out]' \
                        '--dry-run[print what would be done]' \
                        '*:archive, directory or disk:_vma_disk'
                    ;;
                repack)
                    _arguments $help $json $sync \
                        '--compress[how it is compressed]:format:(zstd lzo gzip none)' \
                        '--threads[how many threads work]:number:' \
                        '--no-seal[leave the data checksums out]' \
                        '(--sort)--keep-order[leave the clusters in the order they come in]' \
                        '(--keep-order)--sort[put the clusters of any archive in disk order]' \
                        '--uuid[the identity of the new archive]:uuid:' \
                        '--time[the time of the new archive]:seconds:' \
                        '1:archive:_files' \
                        '2:new archive:_files'
                    ;;
                serve)
                    _arguments $help $json $anyplace \
                        '(-l --listen)'{-s,--socket}'[listen on a unix socket]:socket:_files' \
                        '(-s --socket)'{-l,--listen}'[listen on TCP]:[ADDR\:]PORT:' \
                        '--tls[serve with TLS only]:directory:_files -/' \
                        '--tls-verify-clients[let in only clients with a certificate]' \
                        '*'{-e,--export}'[serve one disk under a name]:NAME=ARCHIVE\:DISK:' \
                        '--run[run a command and end with it]:command:_cmdstring' \
                        '*:archive:_files'
                    ;;
                cat)
                    _arguments $help $anyplace \
                        '--offset[where to begin on the disk]:bytes:' \
                        '--length[how many bytes to write]:bytes:' \
                        '1:archive:_files' \
                        '2:disk:_vma_devices'
                    ;;
                diff) _arguments $help $json $anyplace '(-q --quiet)'{-q,--quiet}'[print nothing]' '1:archive:_files' '2:archive:_files' ;;
                restore)
                    _arguments $help $verbose $sync \
                        '(--libvirt)--qemu[restore here, with a script that starts it]:directory:_files -/' \
                        '(--qemu)--libvirt[restore here, with a domain for libvirt]:directory:_files -/' \
                        '1:archive:_files'
                    ;;
                backup)
                    _arguments $help $json $verbose $sync \
                        '--libvirt[a running domain, in place of a QMP socket]:domain:' \
                        '*'{-c,--config}'[a configuration file]:file:_files' \
                        '*'{-d,--drive}'[the name of a drive in the archive]:NAME=NODE:' \
                        '*--exclude[a drive to leave out]:node:' \
                        '--ram[save the RAM of the same instant too]' \
                        '--freeze[freeze file systems through the agent at this socket]:socket:_files' \
                        '--limit[bytes per second at most]:rate:' \
                        '--scratch[where overwritten data is kept]:directory\:size:_files -/' \
                        '--method[how the instant is kept]:method:(auto pull push-fleece push-direct)' \
                        '--track[leave a record of changes in the VM]' \
                        '--base[read only what changed since this archive]:archive:_files' \
                        '(--cleanup)--plan[say what would be done]' \
                        '(--plan)--cleanup[remove what a killed run left]' \
                        '--no-seal[leave the data checksums out]' \
                        '--compress[how it is compressed]:format:(zstd lzo gzip none)' \
                        '--threads[how many threads work]:number:' \
                        '1:QMP socket:_files' \
                        '2:archive:_files'
                    ;;
                boot)
                    _arguments $help \
                        '(-m --memory)'{-m,--memory}'[the memory of the guest]:size:' \
                        '--cpus[how many processors the guest has]:number:' \
                        '--no-network[network cards lead nowhere]' \
                        '--display[where the screen is shown]:type:(gtk sdl curses none)' \
                        '(--stream)--keep[keep what the guest writes]:directory:_files -/' \
                        '(--keep --print)--stream[restore the disks while the guest runs]:directory:_files -/' \
                        '--resume[go on from the RAM in the archive]' \
                        '--bare[give QEMU the disks as block nodes only]' \
                        '(--stream)--print[print a shell script in place of doing it]' \
                        '--qemu[the QEMU to start]:program:_command_names -e' \
                        '--copy[make a seekable copy where it takes one]' \
                        '--no-verify-data[do not compare data with its checksums]' \
                        '1:archive:_files' \
                        '*:argument for QEMU:_files'
                    ;;
            esac
            ;;
    esac
}

if [[ $funcstack[1] == _vma ]]; then
    _vma "$@"
else
    compdef _vma vma
fi
