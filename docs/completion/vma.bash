# SPDX-License-Identifier: MIT
# Completion of vma for bash. Source it from ~/.bashrc, or install it as /usr/share/bash-completion/completions/vma.

# Prints the names that 'vma list' shows of the archive on the command line; $1 is a regular expression of the lines' first word.
_vma_names() {
    local word
    for word in "${COMP_WORDS[@]:2}"; do
        if [[ -f $word ]]; then
            "${COMP_WORDS[0]}" list -- "$word" 2>/dev/null | sed -nE 's/^VMSTATE: .*/DEV: name: vmstate/; '"s/^$1: .*(name|devname): (.*)$/\\2/p"
            return
        fi
    done
}

# Completes from the lines of standard input, with $1 in front. They come from an archive that anybody can have made, so they are quoted, and
# never go through compgen -W, which expands what it gets.
_vma_complete_lines() {
    local line wanted=${current##*,}
    while IFS= read -r line; do
        [[ $line != "$wanted"* ]] || COMPREPLY+=("$1$(printf '%q' "$line")")
    done
}

_vma() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} options='' before=''
    COMPREPLY=()
    # The shell takes '=' and ':' for words: behind them begins a path.
    [[ $current != [=:] ]] || current=

    if [[ $COMP_CWORD -eq 1 ]]; then
        mapfile -t COMPREPLY < <(compgen -W 'create list config extract verify salvage repack convert serve boot cat diff backup restore --help --version' -- "$current")
        return
    fi

    case $verb:$previous in
        config:-c | config:--config)
            _vma_complete_lines '' < <(_vma_names CFG)
            return
            ;;
        extract:-d | extract:--drives)
            [[ $current != *,* ]] || before=${current%,*},
            _vma_complete_lines "$before" < <(_vma_names DEV)
            return
            ;;
        cat:*)
            if [[ $COMP_CWORD -gt 2 && $current != -* && -f $previous ]]; then
                _vma_complete_lines '' < <(_vma_names DEV)
                return
            fi
            ;;
        salvage:--size)
            _vma_complete_lines '' < <(_vma_names DEV | sed 's/$/=/')
            compopt -o nospace 2>/dev/null
            return
            ;;
        create:--compress | repack:--compress | convert:--compress | backup:--compress)
            mapfile -t COMPREPLY < <(compgen -W 'zstd lzo gzip none' -- "$current")
            return
            ;;
        extract:--format | convert:--format)
            mapfile -t COMPREPLY < <(compgen -W 'raw qcow2 vmdk vdi vhdx vpc qed parallels' -- "$current")
            return
            ;;
        backup:--method)
            mapfile -t COMPREPLY < <(compgen -W 'auto pull push-fleece push-direct' -- "$current")
            return
            ;;
        boot:--keep | boot:--stream)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$current")
            return
            ;;
        create:-d | create:--drive)
            if [[ -z $current ]]; then
                COMPREPLY=('format=')
                compopt -o nospace 2>/dev/null
                return
            fi
            ;;
    esac

    if [[ $current == -* ]]; then
        case $verb in
            create) options='-d --drive -c --config -v --verbose --key-file --no-seal --compress --threads --dry-run --no-sync --json' ;;
            list) options='--json' ;;
            config) options='-c --config' ;;
            extract) options='-d --drives -r --map --format -o --options -v --verbose --no-configs --no-verify-data --ignore-space --dry-run --no-sync --json' ;;
            verify) options='-v --verbose --quick --json' ;;
            salvage) options='--keep-damaged --size --no-sync --json' ;;
            convert) options='-c --config --format -o --options --key-file --compress --threads --no-seal -v --verbose --ignore-space --dry-run --no-sync --json' ;;
            serve) options='-s --socket -l --listen --tls --tls-verify-clients -e --export --run --copy --no-verify-data --json' ;;
            cat) options='--offset --length --copy --no-verify-data' ;;
            diff) options='-q --quiet --copy --no-verify-data --json' ;;
            repack) options='--compress --threads --no-seal --keep-order --sort --uuid --time --no-sync --json' ;;
            restore) options='--qemu --libvirt -v --verbose --no-sync' ;;
            backup) options='--libvirt -c --config -d --drive --exclude --ram --freeze --limit --scratch --method --track --base --plan --cleanup --compress --threads --no-seal --no-sync -v --verbose --json' ;;
            boot) options='-m --memory --cpus --no-network --display --keep --stream --resume --bare --print --qemu --copy --no-verify-data' ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$options -h --help" -- "$current")
        return
    fi

    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

complete -F _vma vma
