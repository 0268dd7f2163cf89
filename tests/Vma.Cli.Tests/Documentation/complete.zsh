# SPDX-License-Identifier: MIT
# Prints what an interactive zsh with the completion file $1 offers at the end of the command line $2.
emulate -L zsh
zmodload zsh/zpty

export COMPLETION=$1 OFFERED=$(mktemp)
zpty shell zsh -f -i
zpty -w shell '
    PROMPT=; stty -echo
    autoload -Uz compinit; compinit -D -u; source $COMPLETION
    # Notes what is offered, as it would be inserted.
    compadd() {
        if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
            local -a offered
            builtin compadd -O offered "$@"
            print -l -- $offered >> $OFFERED
        fi
        builtin compadd "$@"
    }
    offer() { _main_complete; print end >> $OFFERED }
    zle -C offer complete-word offer
    bindkey "^X" offer
    print ready >> $OFFERED
'
integer tries=0
until [[ $(<$OFFERED) == *ready* ]] || (( ++tries > 600 )); do sleep 0.05; done
zpty -w -n shell "$2"$'\C-x'
until [[ $(<$OFFERED) == *end ]] || (( ++tries > 1200 )); do sleep 0.05; done
zpty -d shell
sed '/^ready$/d; /^end$/d' $OFFERED
rm -f $OFFERED
