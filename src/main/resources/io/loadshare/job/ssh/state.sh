# Finds the state of a job in its control directory and in /proc.

has_ended() { # DIRECTORY; sets state
    { read -r code <"$1/status"; } 2>/dev/null || return
    if [ -e "$1/unstarted" ]; then state="unstarted $code"; else state="ended $code"; fi
}

# Sets pid, start and boot of the job's wrapper: the given values, otherwise those of its identity file, otherwise
# empty.
find_identity() { # DIRECTORY [PID START BOOT]
    pid=${2-} start=${3-} boot=${4-}
    [ -n "$boot" ] || { read -r pid start boot <"$1/identity"; } 2>/dev/null || :
}

# Sets state. Checks the status again after the process, because the job may have ended in between.
find_state() { # DIRECTORY [PID START BOOT]
    ! has_ended "$1" || return 0
    find_identity "$@"
    if [ -z "$boot" ] && may_begin "$1"; then state=starting && return; fi
    [ -n "$boot" ] || find_identity "$@"
    if [ -z "$boot" ]; then
        if [ -d "$1" ]; then state='lost unstarted'; else state='lost gone'; fi
    elif [ "$boot" != "$this_boot" ]; then state='lost rebooted'
    elif lives "$pid" "$start"; then state=running
    else has_ended "$1" || state='lost vanished'; fi
}
