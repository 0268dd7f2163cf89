# SPDX-License-Identifier: MIT
# Completion of vma for bash. Source it from ~/.bashrc, or install it as /usr/share/bash-completion/completions/vma.

# Made from src/Vma.Cli/Arguments by './build.sh docs'; do not change it here.
_vma_table() {
    verbs='create|list|config|extract|verify|salvage|repack|backup|restore|serve|boot|cat|diff|convert'
    case $1 in
        create)
            options='-d|--drive|-c|--config|-v|--verbose|--key-file|--no-seal|--compress|--threads|--dry-run|--no-sync|--json'
            values='-d=disk:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels|qcow|luks|dmg|bochs|cloop --drive=disk:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels|qcow|luks|dmg|bochs|cloop -c=file --config=file --key-file=file --compress=word:zstd|lzo|gzip|none --threads=text'
            operands='file disk:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels|qcow|luks|dmg|bochs|cloop...'
            ;;
        list)
            options='--memory|--json'
            values='--memory=text'
            operands='file'
            ;;
        config)
            options='-c|--config|--memory'
            values='-c=config --config=config --memory=text'
            operands='file'
            ;;
        extract)
            options='-v|--verbose|-d|--drives|-r|--map|--format|-o|--options|--no-configs|--no-verify-data|--strict|--memory|--no-index|--ignore-space|--dry-run|--no-sync|--json'
            values='-d=devices:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels --drives=devices:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels -r=file --map=file --format=word:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels -o=text --options=text --memory=text'
            operands='file directory'
            ;;
        verify)
            options='-v|--verbose|--quick|--strict|--memory|--no-index|--json'
            values='--memory=text'
            operands='file...'
            ;;
        salvage)
            options='-v|--verbose|--keep-damaged|--size|--strict|--memory|--ignore-space|--no-sync|--json'
            values='--size=devicesize --memory=text'
            operands='file directory'
            ;;
        repack)
            options='--compress|--threads|--no-seal|--keep-order|--sort|--uuid|--time|--memory|--no-sync|--json'
            values='--compress=word:zstd|lzo|gzip|none --threads=text --uuid=text --time=text --memory=text'
            operands='file file'
            ;;
        backup)
            options='--libvirt|-c|--config|-d|--drive|--exclude|--ram|--freeze|--limit|--scratch|--method|--track|--base|--plan|--cleanup|--compress|--threads|--no-seal|--no-sync|-v|--verbose|--json'
            values='--libvirt=domain -c=file --config=file -d=text --drive=text --exclude=text --freeze=file --limit=text --scratch=directory --method=word:auto|pull|push-fleece|push-direct --base=file --compress=word:zstd|lzo|gzip|none --threads=text'
            operands='file file'
            ;;
        restore)
            options='--qemu|--libvirt|--memory|--no-index|-v|--verbose|--no-sync'
            values='--qemu=directory --libvirt=directory --memory=text'
            operands='file'
            ;;
        serve)
            options='-s|--socket|-l|--listen|--tls|--tls-verify-clients|-e|--export|--run|--json|--no-index|--copy|--no-verify-data|--memory'
            values='-s=file --socket=file -l=text --listen=text --tls=directory -e=export --export=export --run=shellcommand --memory=text'
            operands='file...'
            ;;
        boot)
            options='-m|--memory|--cpus|--no-network|--display|--keep|--stream|--resume|--bare|--print|--qemu|--no-index|--copy|--no-verify-data'
            values='-m=text --memory=text --cpus=text --display=word:gtk|sdl|curses|none --keep=directory --stream=directory --qemu=program'
            operands='file --file...'
            ;;
        cat)
            options='--offset|--length|--no-index|--copy|--no-verify-data|--memory'
            values='--offset=text --length=text --memory=text'
            operands='file device'
            ;;
        diff)
            options='-q|--quiet|--json|--no-index|--copy|--no-verify-data|--memory'
            values='--memory=text'
            operands='file file'
            ;;
        convert)
            options='-c|--config|--format|-o|--options|--key-file|--compress|--threads|--no-seal|--memory|-v|--verbose|--ignore-space|--dry-run|--no-sync|--json'
            values='-c=file --config=file --format=word:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels -o=text --options=text --key-file=file --compress=word:zstd|lzo|gzip|none --threads=text --memory=text'
            operands='disk:raw|qcow2|vmdk|vdi|vhdx|vpc|qed|parallels|qcow|luks|dmg|bochs|cloop...'
            ;;
    esac
}

# Prints the names that 'vma list' shows of the archive $2; $1 is a regular expression of the lines' first word.
_vma_names() {
    local archive=${2//\\/}
    # shellcheck disable=SC2088 # the word is as it was typed
    [[ $archive != '~/'* ]] || archive=$HOME/${archive#'~/'}
    [[ -f $archive ]] || return
    "${COMP_WORDS[0]}" list -- "$archive" 2>/dev/null | sed -nE 's/^VMSTATE: .*/DEV: name: vmstate/; '"s/^$1: .*(name|devname): (.*)$/\\2/p"
}

# Completes from the lines of standard input, with $1 in front. They come from an archive that anybody can have made, so they are quoted, and
# never go through compgen -W, which expands what it gets.
_vma_complete_lines() {
    local line wanted=${current##*,}
    while IFS= read -r line; do
        [[ -z $line || $line != "$wanted"* ]] || COMPREPLY+=("$1$(printf '%q' "$line")")
    done
}

# Completes from words that have | between them; $2 goes behind each.
_vma_complete_words() {
    mapfile -t COMPREPLY < <(compgen -S "${2-}" -W "${1//|/ }" -- "$current")
    [[ -z ${2-} ]] || compopt -o nospace 2>/dev/null
}

# Completes names of files, or with -d of directories.
_vma_complete_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "${1--f}" -- "$current")
}

# Sets kind to that of the value of option $1; to nothing when it takes none.
_vma_value_of() {
    local pair
    kind=''
    for pair in $values; do
        [[ $pair != "$1="* ]] || kind=${pair#*=}
    done
}

# Sets kind to that of operand number $1.
_vma_operand() {
    local number=0 one
    kind=text
    for one in $operands; do
        number=$((number + 1))
        [[ $number -ne $1 && ($number -gt $1 || $one != *...) ]] || kind=${one%...}
    done
    # Operands behind -- have it in front here.
    [[ $kind != --* || -z $literal ]] || kind=${kind#--}
}

_vma() {
    local current=${COMP_WORDS[COMP_CWORD]} verbs='' options='' values='' operands='' kind=''
    COMPREPLY=()
    _vma_table "${COMP_WORDS[1]}"
    if [[ $COMP_CWORD -eq 1 ]]; then
        _vma_complete_words "$verbs|--help|--version"
        return
    fi

    # The shell makes words of their own of '=' and ':', and of what is behind them.
    local i word pending='' last='' literal='' separator='' before='' archive='' count=0
    for ((i = 2; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == [=:]* ]]; then
            separator=$word before=${COMP_WORDS[i - 1]}
        elif [[ -n $separator || -n $pending ]]; then
            separator='' pending=''
        elif [[ -z $literal && $word == -- ]]; then
            literal=1
        elif [[ -z $literal && $word == -?* ]]; then
            _vma_value_of "$word"
            pending=$kind last=$kind
        else
            count=$((count + 1))
            _vma_operand "$count"
            last=$kind
            [[ $count -gt 1 ]] || archive=$word
        fi
    done
    if [[ $current == [=:]* ]]; then
        separator=$current before=${COMP_WORDS[COMP_CWORD - 1]} current=''
    fi

    if [[ -n $separator ]]; then
        kind=$last
    elif [[ -n $pending ]]; then
        kind=$pending
    elif [[ -z $literal && $current == -* ]]; then
        _vma_complete_words "$options|-h|--help"
        return
    else
        _vma_operand $((count + 1))
    fi

    case ${kind%%:*} in
        file) _vma_complete_files ;;
        directory) _vma_complete_files -d ;;
        word) _vma_complete_words "${kind#*:}" ;;
        disk)
            case $before$separator in
                format=) _vma_complete_words "${kind#*:}" : ;;
                snapshot=) ;;
                '')
                    if [[ -z $current ]]; then
                        _vma_complete_words format =
                    else
                        _vma_complete_files
                    fi
                    ;;
                *) _vma_complete_files ;;
            esac
            ;;
        device) _vma_complete_lines '' < <(_vma_names DEV "$archive") ;;
        devices)
            if [[ $separator == : ]]; then
                _vma_complete_words "${kind#*:}"
            else
                before=''
                [[ $current != *,* ]] || before=${current%,*},
                _vma_complete_lines "$before" < <(_vma_names DEV "$archive")
            fi
            ;;
        devicesize)
            if [[ -z $separator ]]; then
                _vma_complete_lines '' < <(_vma_names DEV "$archive" | sed 's/$/=/')
                compopt -o nospace 2>/dev/null
            fi
            ;;
        config) _vma_complete_lines '' < <(_vma_names CFG "$archive") ;;
        export)
            case $separator in
                =) _vma_complete_files ;;
                :) _vma_complete_lines '' < <(_vma_names DEV "$before") ;;
            esac
            ;;
        domain) _vma_complete_lines '' < <(virsh -q list --name 2>/dev/null) ;;
        program | shellcommand) mapfile -t COMPREPLY < <(compgen -c -- "$current") ;;
    esac
}

complete -F _vma vma
