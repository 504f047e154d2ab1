# How a job is, told from its control directory and /proc.

has_ended() { # DIRECTORY; sets state
    { read -r code <"$1/status"; } 2>/dev/null && state="ended $code"
}

# Sets pid, start and boot of the job's wrapper: as remembered, else as its identity file says, else empty.
find_identity() { # DIRECTORY [PID START BOOT]
    pid=${2-} start=${3-} boot=${4-}
    [ -n "$boot" ] || { read -r pid start boot <"$1/identity"; } 2>/dev/null || :
}

# Sets state. The status is looked for again after the process, which may have ended in between.
find_state() { # DIRECTORY [PID START BOOT]
    ! has_ended "$1" || return 0
    find_identity "$@"
    if [ -z "$boot" ] && may_begin "$1"; then state=starting && return; fi
    [ -n "$boot" ] || find_identity "$@"
    if [ -z "$boot" ]; then
        if [ ! -d "$1" ]; then state='lost gone'
        elif [ -e "$1/begin_by" ] || [ -n "$(find "$1" -prune -mmin +1 2>/dev/null)" ]; then state='lost unstarted'
        else state=starting; fi
    elif [ "$boot" != "$this_boot" ]; then state='lost rebooted'
    elif lives "$pid" "$start"; then state=running
    else has_ended "$1" || state='lost vanished'; fi
}
