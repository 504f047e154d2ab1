# Prepares a foreground job and then holds its leash: while it runs, the client sends a beat on stdin every few seconds.
# After two spans (half the limit each) without a beat, or the limit after the end of stdin, the client has vanished and
# the job's session is ended. Two spans, since a host that stood still finds its first one over and the beats waiting.
# A beat h says that the client is going to stand still: until the next beat only the end of stdin tells that it is gone.
prepare_foreground() {
    umask 077
    make_directory || refuse "there already is a job of this id in $directory"
    write_files
    limit_begin
    answer "ready $directory"
}

hold_leash() { # SPAN GRACE, in seconds
    limit="timeout $1"
    $limit true 2>/dev/null || limit=
    limited=$limit
    missed=0
    while [ $missed -lt 2 ]; do
        beat=$(exec $limited dd bs=512 count=1 2>/dev/null)
        code=$?
        if [ -n "$beat" ]; then
            missed=0
            case $beat in *h) limited= ;; *) limited=$limit ;; esac
        elif [ $code -ne 0 ]; then missed=$((missed + 1))
        else
            wait_for_end $(($1 * 2))
            missed=2
        fi
        ! has_ended "$directory" || return 0
    done
    find_identity "$directory"
    if [ -n "$boot" ]; then
        escaped=no
        end_job "$2"
    else
        rm -f "$directory/secrets"
        reserve_status && record_status 143
    fi
}

wait_for_end() { # SECONDS
    left=$1
    while ! has_ended "$directory" && [ $left -gt 0 ]; do
        sleep 1
        left=$((left - 1))
    done
}
