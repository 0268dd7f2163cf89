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

# TABLE
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
