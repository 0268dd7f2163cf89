# SPDX-License-Identifier: MIT
# Completion of vma for fish. Install it as vma.fish in ~/.config/fish/completions.

# Prints the operands in front of the cursor: neither options nor their values.
function __vma_operands
    set -l words (commandline -opc)
    set -l valued (__vma_valued $words[2])
    set -l skip no
    set -l literal no
    test (count $words) -gt 2; or return
    for word in $words[3..-1]
        if test $skip = yes
            set skip no
        else if test $literal = no; and test "$word" = --
            set literal yes
        else if test $literal = no; and string match -q -- '-?*' $word
            contains -- $word $valued; and set skip yes
        else
            echo $word
        end
    end
end

# True when there is no verb yet.
function __vma_starts
    test (count (commandline -opc)) -eq 1
end

# True behind the verb $argv[1].
function __vma_does
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = $argv[1]
end

# True where operand number $argv[2] of the verb $argv[1] stands.
function __vma_at
    __vma_does $argv[1]; and test (count (__vma_operands)) -eq (math $argv[2] - 1)
end

# As __vma_at, also where a later operand stands.
function __vma_from
    __vma_does $argv[1]; and test (count (__vma_operands)) -ge (math $argv[2] - 1)
end

# True behind a -- of the verb $argv[1].
function __vma_behind
    __vma_does $argv[1]; and contains -- -- (commandline -opc)
end

# Prints the names that 'vma list' shows of the archive $argv[2]; $argv[1] is the lines' first word.
function __vma_names
    set -l words (commandline -opc)
    set -l archive (string replace -r '^~/' "$HOME/" -- $argv[2])
    test -f "$archive"; or return
    $words[1] list -- $archive 2>/dev/null | sed -nE 's/^VMSTATE: .*/DEV: name: vmstate/; s/^'$argv[1]': .*(name|devname): (.*)$/\2/p'
end

function __vma_device
    __vma_names DEV (__vma_operands)[1]
end

function __vma_config
    __vma_names CFG (__vma_operands)[1]
end

function __vma_size
    string match -q '*=*' -- (commandline -ct); or string replace -r '$' = (__vma_device)
end

# Names with commas between them, each with one of the formats $argv behind it or without.
function __vma_devices
    set -l token (commandline -ct)
    if string match -qr ':[^,]*$' -- $token
        string replace -r '[^:]*$' '' -- $token | read -l front
        printf '%s\n' $front$argv
    else
        set -l front (string replace -r '[^,]*$' '' -- $token)
        printf '%s\n' "$front"(__vma_device)
    end
end

# The beginning of [format=FORMAT:][NAME=]PATH; the formats are $argv.
function __vma_formats
    printf '%s\n' format=$argv:
end

# The end of NAME=ARCHIVE:DISK.
function __vma_export
    set -l token (commandline -ct)
    set -l archive (string replace -rf '^[^=]*=(.*):[^:]*$' '$1' -- $token)
    or return
    set -l front (string replace -r '[^:]*$' '' -- $token)
    printf '%s\n' $front(__vma_names DEV $archive)
end

function __vma_domains
    virsh -q list --name 2>/dev/null | string match -r '.+'
end

# Made from src/Vma.Cli/Arguments by './build.sh docs'; do not change it here.
# Prints the options of a verb that take a value.
function __vma_valued
    switch "$argv[1]"
        case create
            printf '%s\n' -d --drive -c --config --key-file --compress --threads
        case list
            printf '%s\n' --memory
        case config
            printf '%s\n' -c --config --memory
        case extract
            printf '%s\n' -d --drives -r --map --format -o --options --memory
        case verify
            printf '%s\n' --memory
        case salvage
            printf '%s\n' --size --memory
        case repack
            printf '%s\n' --compress --threads --uuid --time --memory
        case backup
            printf '%s\n' --libvirt -c --config -d --drive --exclude --freeze --limit --scratch --method --base --compress --threads
        case restore
            printf '%s\n' --qemu --libvirt --memory
        case serve
            printf '%s\n' -s --socket -l --listen --tls -e --export --run --memory
        case boot
            printf '%s\n' -m --memory --cpus --display --keep --stream --qemu
        case cat
            printf '%s\n' --offset --length --memory
        case diff
            printf '%s\n' --memory
        case convert
            printf '%s\n' -c --config --format -o --options --key-file --compress --threads --memory
    end
end

complete -c vma -f
complete -c vma -s h -l help -d 'show help'
complete -c vma -n __vma_starts -l version -d 'show the version'
complete -c vma -n __vma_starts -a create -d 'make an archive from disks and configs'
complete -c vma -n __vma_starts -a list -d 'show the configs and devices of an archive'
complete -c vma -n __vma_starts -a config -d 'print a configuration file of an archive'
complete -c vma -n __vma_starts -a extract -d 'restore the disks and configs of an archive'
complete -c vma -n __vma_starts -a verify -d 'find everything that is wrong with archives'
complete -c vma -n __vma_starts -a salvage -d 'get out of a damaged archive all that can be trusted'
complete -c vma -n __vma_starts -a repack -d 'turn an archive into one of another form'
complete -c vma -n __vma_starts -a backup -d 'back up a running VM'
complete -c vma -n __vma_starts -a restore -d 'restore a guest so that it can be started here'
complete -c vma -n __vma_starts -a serve -d 'give the disks of archives to NBD clients, read-only, without restoring anything'
complete -c vma -n __vma_starts -a boot -d 'start a guest from an archive, without restoring anything'
complete -c vma -n __vma_starts -a cat -d 'write a disk, or a part of it, to standard output'
complete -c vma -n __vma_starts -a diff -d 'compare two archives by content'
complete -c vma -n __vma_starts -a convert -d 'turn an archive into a directory of images or an OVA, or images or an OVA into an archive'

complete -c vma -n '__vma_at create 1' -F
complete -c vma -n '__vma_from create 2' -F -a '(__vma_formats raw qcow2 vmdk vdi vhdx vpc qed parallels qcow luks dmg bochs cloop)'
complete -c vma -n '__vma_does create' -s d -l drive -r -F -a '(__vma_formats raw qcow2 vmdk vdi vhdx vpc qed parallels qcow luks dmg bochs cloop)' -d 'a disk'
complete -c vma -n '__vma_does create' -s c -l config -r -F -d 'a configuration file, stored under its base name'
complete -c vma -n '__vma_does create' -s v -l verbose -d 'show progress and totals'
complete -c vma -n '__vma_does create' -l key-file -r -F -d 'a file with the passphrase of encrypted images'
complete -c vma -n '__vma_does create' -l no-seal -d 'leave the data checksums out, for a reader that refuses archives with them'
complete -c vma -n '__vma_does create' -l compress -x -a 'zstd lzo gzip none' -d 'how the archive is compressed'
complete -c vma -n '__vma_does create' -l threads -x -d 'how many threads read, pack and compress'
complete -c vma -n '__vma_does create' -l dry-run -d 'check everything, print what would be done, and write nothing'
complete -c vma -n '__vma_does create' -l no-sync -d 'do not wait until what was written is durable on disk'
complete -c vma -n '__vma_does create' -l json -d 'print the report as one JSON document'

complete -c vma -n '__vma_at list 1' -F
complete -c vma -n '__vma_does list' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does list' -l json -d 'print the report as one JSON document'

complete -c vma -n '__vma_at config 1' -F
complete -c vma -n '__vma_does config' -s c -l config -x -a '(__vma_config)' -d 'the config\'s name'
complete -c vma -n '__vma_does config' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'

complete -c vma -n '__vma_at extract 1' -F
complete -c vma -n '__vma_at extract 2' -a '(__fish_complete_directories)'
complete -c vma -n '__vma_does extract' -s v -l verbose -d 'show progress and totals'
complete -c vma -n '__vma_does extract' -s d -l drives -x -a '(__vma_devices raw qcow2 vmdk vdi vhdx vpc qed parallels)' -d 'restore only these devices'
complete -c vma -n '__vma_does extract' -s r -l map -r -F -d 'read where each device goes from this file or FIFO'
complete -c vma -n '__vma_does extract' -l format -x -a 'raw qcow2 vmdk vdi vhdx vpc qed parallels' -d 'the format of the disks\' images'
complete -c vma -n '__vma_does extract' -s o -l options -x -d 'creation options of the format'
complete -c vma -n '__vma_does extract' -l no-configs -d 'leave the configs out'
complete -c vma -n '__vma_does extract' -l no-verify-data -d 'write data even when it does not match its checksum'
complete -c vma -n '__vma_does extract' -l strict -d 'take stored blocks that are all zeros for damage'
complete -c vma -n '__vma_does extract' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does extract' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does extract' -l ignore-space -d 'go on when there is too little space by all that is known, as on a file system that compresses'
complete -c vma -n '__vma_does extract' -l dry-run -d 'check everything, print what would be done, and write nothing'
complete -c vma -n '__vma_does extract' -l no-sync -d 'do not wait until what was written is durable on disk'
complete -c vma -n '__vma_does extract' -l json -d 'print the report as one JSON document'

complete -c vma -n '__vma_from verify 1' -F
complete -c vma -n '__vma_does verify' -s v -l verbose -d 'show progress and totals'
complete -c vma -n '__vma_does verify' -l quick -d 'read only headers'
complete -c vma -n '__vma_does verify' -l strict -d 'take stored blocks that are all zeros for damage'
complete -c vma -n '__vma_does verify' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does verify' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does verify' -l json -d 'print the report as one JSON document'

complete -c vma -n '__vma_at salvage 1' -F
complete -c vma -n '__vma_at salvage 2' -a '(__fish_complete_directories)'
complete -c vma -n '__vma_does salvage' -s v -l verbose -d 'tell each finding in a line of its own'
complete -c vma -n '__vma_does salvage' -l keep-damaged -d 'also write data that is damaged or cannot be checked, where there is nothing better'
complete -c vma -n '__vma_does salvage' -l size -x -a '(__vma_size)' -d 'a disk\'s size, where the header\'s is lost or wrong'
complete -c vma -n '__vma_does salvage' -l strict -d 'take stored blocks that are all zeros for damage'
complete -c vma -n '__vma_does salvage' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does salvage' -l ignore-space -d 'go on when there is too little space by all that is known, as on a file system that compresses'
complete -c vma -n '__vma_does salvage' -l no-sync -d 'do not wait until what was written is durable on disk'
complete -c vma -n '__vma_does salvage' -l json -d 'print the report as one JSON document'

complete -c vma -n '__vma_at repack 1' -F
complete -c vma -n '__vma_at repack 2' -F
complete -c vma -n '__vma_does repack' -l compress -x -a 'zstd lzo gzip none' -d 'how the archive is compressed'
complete -c vma -n '__vma_does repack' -l threads -x -d 'how many threads read, pack and compress'
complete -c vma -n '__vma_does repack' -l no-seal -d 'leave the data checksums out, for a reader that refuses archives with them'
complete -c vma -n '__vma_does repack' -l keep-order -d 'leave the clusters in the order they come in'
complete -c vma -n '__vma_does repack' -l sort -d 'put the clusters of a compressed or piped archive in disk order too'
complete -c vma -n '__vma_does repack' -l uuid -x -d 'the new archive\'s identity'
complete -c vma -n '__vma_does repack' -l time -x -d 'the new archive\'s time, in seconds since 1970'
complete -c vma -n '__vma_does repack' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does repack' -l no-sync -d 'do not wait until what was written is durable on disk'
complete -c vma -n '__vma_does repack' -l json -d 'print the report as one JSON document'

complete -c vma -n '__vma_at backup 1' -F
complete -c vma -n '__vma_at backup 2' -F
complete -c vma -n '__vma_does backup' -l libvirt -x -a '(__vma_domains)' -d 'a running domain of libvirt, by its name, UUID or number'
complete -c vma -n '__vma_does backup' -s c -l config -r -F -d 'a configuration file, stored under its base name'
complete -c vma -n '__vma_does backup' -s d -l drive -x -d 'the name in the archive for a drive, by its node, id or place'
complete -c vma -n '__vma_does backup' -l exclude -x -d 'a drive to leave out, or a disk that cannot be backed up'
complete -c vma -n '__vma_does backup' -l ram -d 'save the RAM of the same instant too'
complete -c vma -n '__vma_does backup' -l freeze -r -F -d 'freeze the guest\'s file systems at the instant, through its agent at this socket, or libvirt:DOMAIN'
complete -c vma -n '__vma_does backup' -l limit -x -d 'read at most so many bytes per second'
complete -c vma -n '__vma_does backup' -l scratch -x -a '(__fish_complete_directories)' -d 'where what the guest overwrites is kept, and how much at most'
complete -c vma -n '__vma_does backup' -l method -x -a 'auto pull push-fleece push-direct' -d 'how the instant is kept'
complete -c vma -n '__vma_does backup' -l track -d 'leave a record of changes in the VM, so that the next backup can start from this archive'
complete -c vma -n '__vma_does backup' -l base -r -F -d 'read only what changed since this archive, which was tracked, and take the rest from it'
complete -c vma -n '__vma_does backup' -l plan -d 'say what would be done, and do not touch the VM'
complete -c vma -n '__vma_does backup' -l cleanup -d 'remove what a run that was killed left in the VM, and do nothing else'
complete -c vma -n '__vma_does backup' -l compress -x -a 'zstd lzo gzip none' -d 'how the archive is compressed'
complete -c vma -n '__vma_does backup' -l threads -x -d 'how many threads read, pack and compress'
complete -c vma -n '__vma_does backup' -l no-seal -d 'leave the data checksums out, for a reader that refuses archives with them'
complete -c vma -n '__vma_does backup' -l no-sync -d 'do not wait until what was written is durable on disk'
complete -c vma -n '__vma_does backup' -s v -l verbose -d 'show progress and totals'
complete -c vma -n '__vma_does backup' -l json -d 'print events, one JSON object on a line each'

complete -c vma -n '__vma_at restore 1' -F
complete -c vma -n '__vma_does restore' -l qemu -x -a '(__fish_complete_directories)' -d 'restore to this directory, with a script start.sh that starts the guest'
complete -c vma -n '__vma_does restore' -l libvirt -x -a '(__fish_complete_directories)' -d 'restore to this directory, with a domain.xml for virsh define'
complete -c vma -n '__vma_does restore' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does restore' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does restore' -s v -l verbose -d 'show progress and totals'
complete -c vma -n '__vma_does restore' -l no-sync -d 'do not wait until what was written is durable on disk'

complete -c vma -n '__vma_from serve 1' -F
complete -c vma -n '__vma_does serve' -s s -l socket -r -F -d 'listen on a unix socket'
complete -c vma -n '__vma_does serve' -s l -l listen -x -d 'listen on TCP'
complete -c vma -n '__vma_does serve' -l tls -x -a '(__fish_complete_directories)' -d 'serve with TLS only'
complete -c vma -n '__vma_does serve' -l tls-verify-clients -d 'let in only clients whose certificate ca-cert.pem of --tls has signed'
complete -c vma -n '__vma_does serve' -s e -l export -r -F -a '(__vma_export)' -d 'serve one disk under a name'
complete -c vma -n '__vma_does serve' -l run -x -a '(__fish_complete_command)' -d 'run a shell command that finds $uri, $unixsocket and $port set, and end with it'
complete -c vma -n '__vma_does serve' -l json -d 'print the report as one JSON document'
complete -c vma -n '__vma_does serve' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does serve' -l copy -d 'make a seekable copy of an archive in gzip or bzip2'
complete -c vma -n '__vma_does serve' -l no-verify-data -d 'do not compare data with its checksums'
complete -c vma -n '__vma_does serve' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'

complete -c vma -n '__vma_at boot 1' -F
complete -c vma -n '__vma_behind boot' -F
complete -c vma -n '__vma_does boot' -s m -l memory -x -d 'the guest\'s memory, in MiB, or with M, G or T behind it'
complete -c vma -n '__vma_does boot' -l cpus -x -d 'how many processors the guest has'
complete -c vma -n '__vma_does boot' -l no-network -d 'the guest\'s network cards lead nowhere'
complete -c vma -n '__vma_does boot' -l display -x -a 'gtk sdl curses none' -d 'where the guest\'s screen is shown, as QEMU\'s option of this name has it'
complete -c vma -n '__vma_does boot' -l keep -x -a '(__fish_complete_directories)' -d 'keep what the guest writes in a directory, and go on with what is there'
complete -c vma -n '__vma_does boot' -l stream -x -a '(__fish_complete_directories)' -d 'restore the disks to a directory while the guest runs on them'
complete -c vma -n '__vma_does boot' -l resume -d 'go on from the RAM in the archive'
complete -c vma -n '__vma_does boot' -l bare -d 'give QEMU the disks as block nodes only'
complete -c vma -n '__vma_does boot' -l print -d 'print a shell script that does it, in place of doing it'
complete -c vma -n '__vma_does boot' -l qemu -x -a '(__fish_complete_command)' -d 'the QEMU to start'
complete -c vma -n '__vma_does boot' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does boot' -l copy -d 'make a seekable copy of an archive in gzip or bzip2'
complete -c vma -n '__vma_does boot' -l no-verify-data -d 'do not compare data with its checksums'

complete -c vma -n '__vma_at cat 1' -F
complete -c vma -n '__vma_at cat 2' -a '(__vma_device)'
complete -c vma -n '__vma_does cat' -l offset -x -d 'where to begin on the disk'
complete -c vma -n '__vma_does cat' -l length -x -d 'how many bytes to write'
complete -c vma -n '__vma_does cat' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does cat' -l copy -d 'make a seekable copy of an archive in gzip or bzip2'
complete -c vma -n '__vma_does cat' -l no-verify-data -d 'do not compare data with its checksums'
complete -c vma -n '__vma_does cat' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'

complete -c vma -n '__vma_at diff 1' -F
complete -c vma -n '__vma_at diff 2' -F
complete -c vma -n '__vma_does diff' -s q -l quiet -d 'print nothing'
complete -c vma -n '__vma_does diff' -l json -d 'print the report as one JSON document'
complete -c vma -n '__vma_does diff' -l no-index -d 'keep no index of an archive that is one zstd frame, and use none'
complete -c vma -n '__vma_does diff' -l copy -d 'make a seekable copy of an archive in gzip or bzip2'
complete -c vma -n '__vma_does diff' -l no-verify-data -d 'do not compare data with its checksums'
complete -c vma -n '__vma_does diff' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'

complete -c vma -n '__vma_from convert 1' -F -a '(__vma_formats raw qcow2 vmdk vdi vhdx vpc qed parallels qcow luks dmg bochs cloop)'
complete -c vma -n '__vma_does convert' -s c -l config -r -F -d 'a configuration file for the new archive'
complete -c vma -n '__vma_does convert' -l format -x -a 'raw qcow2 vmdk vdi vhdx vpc qed parallels' -d 'the format of the disks\' images'
complete -c vma -n '__vma_does convert' -s o -l options -x -d 'creation options of the format'
complete -c vma -n '__vma_does convert' -l key-file -r -F -d 'a file with the passphrase of encrypted images'
complete -c vma -n '__vma_does convert' -l compress -x -a 'zstd lzo gzip none' -d 'how the archive is compressed'
complete -c vma -n '__vma_does convert' -l threads -x -d 'how many threads read, pack and compress'
complete -c vma -n '__vma_does convert' -l no-seal -d 'leave the data checksums out, for a reader that refuses archives with them'
complete -c vma -n '__vma_does convert' -l memory -x -d 'how much memory a zstd archive\'s window may take, with K, M, G or T for powers of 1024'
complete -c vma -n '__vma_does convert' -s v -l verbose -d 'show progress and totals'
complete -c vma -n '__vma_does convert' -l ignore-space -d 'go on when there is too little space by all that is known, as on a file system that compresses'
complete -c vma -n '__vma_does convert' -l dry-run -d 'check everything, print what would be done, and write nothing'
complete -c vma -n '__vma_does convert' -l no-sync -d 'do not wait until what was written is durable on disk'
complete -c vma -n '__vma_does convert' -l json -d 'print the report as one JSON document'
