# The keeper of a foreground job: it holds the streams of the job while clients come and go, and ends the job if they
# stay away.
# Needs id, directory, nonce, tick (seconds), the limits closed_limit, silent_limit (0 for none) and linger (ticks), the
# texts closed_reason and silent_reason, and grace (seconds).
window=33554432
quiet=0 client=none held=no closed=no finished=no status=

keep() {
    read_stat $$ && printf '%s %s\n' $$ "$started" >"$directory/keeper"
    { read -r spool <"$directory/spool"; } 2>/dev/null || exit
    exec 5<>"$spool/events" 6<>"$spool/out" 7<>"$spool/err" 8<>"$spool/feed" 9<>"$spool/notify"
    while sleep "$tick"; do echo tick; done >&5 6>&- 7>&- 8>&- 9>&- &
    spool_stream out <"$spool/out" 5>&- 6>&- 7>&- 8>&- 9>&- &
    spool_stream err <"$spool/err" 5>&- 6>&- 7>&- 8>&- 9>&- &
    [ "$input" = none ] || feed 5>&- 6>&- 7>&- &
    while read -r event value <&5; do
        case $event in
            client) client=$value quiet=0 held=no closed=no ;;
            beat) [ "$value" != "$client" ] || { quiet=0 held=no; } ;;
            hold) [ "$value" != "$client" ] || held=yes ;;
            closed) [ "$value" != "$client" ] || { quiet=0 closed=yes; } ;;
            ended) finish "$value" ;;
            broken) end_for "its output cannot be kept in $spool: $value" ;;
            done) leave ;;
            tick) quiet=$((quiet + 1)) && watch_job ;;
        esac
    done
}

# Counts ticks, not seconds, because a host that stands still does not receive heartbeats either.
watch_job() {
    [ $finished = yes ] || {
        find_state "$directory"
        case $state in ended* | unstarted*) finish "${state#* }" ;; lost*) finish "$state" ;; esac
    }
    if [ $finished = yes ]; then
        [ -z "$status" ] || { send_end "$status" "$spool/out" "$spool/err" & }
        status=
        [ $quiet -lt "$linger" ] && { [ $closed = no ] || [ $quiet -lt "$closed_limit" ]; } || leave
    elif [ $closed = yes ]; then [ $quiet -lt "$closed_limit" ] || end_for "$closed_reason"
    elif [ $held = no ] && [ "$silent_limit" -gt 0 ]; then [ $quiet -lt "$silent_limit" ] || end_for "$silent_reason"
    fi
}

end_for() { # REASON
    [ $finished = no ] || return 0
    printf '%s\n' "$1" >"$directory/reason"
    find_identity "$directory"
    escaped=no
    end_job "$grace"
    find_state "$directory"
    finish "${state#ended }"
    send_end "$status" "$spool/out" "$spool/err" &
}

finish() { # STATUS
    [ $finished = no ] || return 0
    finished=yes quiet=0 status=$1
}

# Sends the end message into the pipes of the job, after everything that the job printed. The client therefore has all
# output when it sees the message, even if processes that the job left behind hold the pipes forever. The wrapper sends
# the message first, because that is faster. The keeper sends it again later, because the wrapper may have been killed;
# clients do not read a second message.
send_end() { # STATUS OUT ERR
    reason=
    { read -r reason <"$directory/reason"; } 2>/dev/null || :
    printf '\036%s end %s %s\n' "$nonce" "$1" "$reason" 1<>"$2"
    printf '\036%s end %s %s\n' "$nonce" "$1" "$reason" 1<>"$3"
}

leave() {
    rm -rf "$spool"
    kill -KILL 0
}

# Stores a stream in a file. Stops reading while too much output has not been acknowledged by the client.
spool_stream() { # NAME
    file=$spool/$1.spool size=0 released=0 out=0 err=0
    while dd bs=65536 count=256 2>/dev/null >>"$file" || { cannot_store "$1" && return; }; do
        before=$size
        size=$(stat -c %s "$file") && [ "$size" -gt "$before" ] || return
        while find_acknowledged "$1" && [ $((size - acknowledged)) -gt $window ]; do
            sleep 0.1 2>/dev/null || sleep 1
        done
        if [ $((acknowledged - released)) -ge 8388608 ]; then
            fallocate -p -o $released -l $((acknowledged - released)) "$file" 2>/dev/null
            released=$acknowledged
        fi
    done
}

find_acknowledged() { # NAME
    { read -r new_out new_err <"$spool/acknowledged"; } 2>/dev/null && [ -n "$new_err" ] && out=$new_out err=$new_err
    eval "acknowledged=\$$1"
    [ -d "$spool" ]
}

cannot_store() { # NAME
    reason=$({ echo >>"$spool/$1.spool"; } 2>&1)
    printf 'broken %s\n' "${reason##*: }" 1<>"$spool/events"
}

# Passes input to the job. Skips the part of a repeated block that the job already has after a reconnection.
feed() {
    fed=0 blocks=none
    exec 4>"$spool/in"
    while read -r file offset length <&8; do
        if [ "$file" = end ]; then
            [ "$offset" -gt $fed ] || exec 4>&-
            continue
        fi
        skip=$((fed - offset))
        if [ $skip -ge 0 ] && [ $skip -lt "$length" ]; then
            pass_block 2>/dev/null || { echo 'closed' >&9 && return; }
            fed=$((offset + length))
            echo $fed >"$spool/fed"
        fi
        echo "fed $fed" >&9
        [ "${file%.*}" = "$blocks" ] || { rm -f "$spool/$blocks".*; blocks=${file%.*}; }
    done
}

pass_block() {
    if [ $skip -eq 0 ]; then cat "$spool/$file" >&4
    else tail -c "+$((skip + 1))" "$spool/$file" >&4; fi
}
