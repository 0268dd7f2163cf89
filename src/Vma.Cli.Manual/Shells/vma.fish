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

# TABLE
