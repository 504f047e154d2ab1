# A client's connection to a foreground job: starts the job, and lets a client follow it, for the first time or again.
# Needs id, directory and nonce. StreamedJob describes the protocol.

# Sends a message of the host to the client between the bytes of the job. The nonce identifies messages.
message() { # WORDS
    printf '\036%s %s\n' "$nonce" "$*"
}

refuse() { # WHY
    message "failed $1"
    exit
}

# Creates everything that a job needs, and starts the job only when the client has confirmed that.
start_foreground() {
    mask=$(umask)
    umask 077
    make_directory || refuse "there already is a job of this id in $directory"
    write_files
    limit_begin
    make_spool
    umask "$mask"
    setsid /bin/sh "$directory/command" keep </dev/null >/dev/null 2>&1 &
    register
    message ready
    read -r word || :
    if [ "$word" != go ]; then
        remove_job
        exit
    fi
    words=$(cd && setsid setsid /bin/sh "$directory/command" loadshare-job "$id" "$slots" </dev/null 2>&1)
    case $words in
        started*) ;;
        *) remove_job && refuse "its wrapper ended at once: $words" ;;
    esac
}

# Removes the files of the job. A keeper or wrapper that is about to start finds nothing, and ends.
remove_job() {
    printf 'done\n' 1<>"$spool/events"
    rm -rf "$spool" "$directory"
}

# Creates the stream directory on the host's own disk, because home directories may be remote. A successful mkdir shows
# that the directory is new and belongs to this job.
make_spool() {
    spool=${TMPDIR:-/tmp}/loadshare-$id.$$
    reason=$(mkdir -m 700 "$spool" 2>&1 && cd "$spool" && mkfifo events out err in feed notify 2>&1) ||
        { rm -rf "$directory" && refuse "cannot make the pipes of its streams in $spool: ${reason##*: }"; }
    echo 0 >"$spool/fed" && : >"$spool/out.spool" && : >"$spool/err.spool"
    put spool "$spool
"
}

register() {
    read_stat $$ && printf '%s %s\n' $$ "$started" >"$directory/connection"
}

# Takes the job over from an old connection, which may not have noticed yet that it is dead.
rejoin() { # OUT ERR
    { read -r spool <"$directory/spool"; } 2>/dev/null || refuse 'lost gone'
    if { read -r pid start <"$directory/connection"; } 2>/dev/null && lives "$pid" "$start"; then
        kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
    fi
    find_identity "$directory"
    identity="$pid $start $boot"
    find_state "$directory"
    case $state in starting | *unstarted) remove_job && refuse 'lost unstarted' ;; esac
    { read -r pid start <"$directory/keeper"; } 2>/dev/null && lives "$pid" "$start" || refuse "$state"
    register
    follow "started $identity" "$1" "$2"
}

# Sends the streams, starting at these offsets, and takes the client's messages until the connection ends.
follow() { # WORDS OUT ERR
    trap '' PIPE # an answer to a client that is gone must not end this shell before it has read everything
    exec 4<>"$spool/feed" 5<>"$spool/events"
    printf 'client %s\n' $$ >&5
    fed=0
    { read -r fed <"$spool/fed"; } 2>/dev/null || :
    message "begin $fed $1 $directory"
    message begin >&2
    tail -c "+$(($2 + 1))" -f "$spool/out.spool" 4>&- 5>&- 2>/dev/null </dev/null &
    followers=$!
    tail -c "+$(($3 + 1))" -f "$spool/err.spool" 4>&- 5>&- >&2 2>/dev/null </dev/null &
    followers="$followers $!"
    pass_notices 4>&- 5>&- </dev/null >/dev/null &
    followers="$followers $!"
    blocks=0
    take_messages
    printf 'closed %s\n' $$ >&5
    kill $followers 2>/dev/null
}

pass_notices() {
    while read -r notice <&3; do message "$notice" >&2; done 3<"$spool/notify"
}

take_messages() {
    while read -r word first second; do
        case $word in
            acknowledge | beat)
                printf '%s %s\n' "$first" "$second" >"$spool/acknowledged"
                [ "$word" != beat ] || message alive >&2
                ;;
            input) take_block "$first" "$second" || return ;;
            end) printf 'end %s\n' "$first" >&4 ;;
            hold) printf 'hold %s\n' $$ >&5 && continue ;;
            done) printf 'done\n' >&5 ;;
        esac
        printf 'beat %s\n' $$ >&5
    done
}

# Takes a block of input. A block counts only if it is complete, which the line after it confirms. Blocks take turns in
# eight files, more than the client sends without an answer; overwriting a file is cheaper than making a new one.
take_block() { # OFFSET LENGTH
    blocks=$(((blocks + 1) % 8))
    block=block.$$.$blocks
    if [ "$2" -gt 65536 ]; then pieces=$(($2 / 65536)) piece=65536; else pieces=1 piece=$2; fi
    [ "$2" -ge 2097152 ] || : >"$spool/$block" # shorter than what the file may contain
    dd bs=$piece count=$pieces iflag=fullblock 4>&- 5>&- 2>/dev/null 1<>"$spool/$block" &&
        read -r word && [ "$word" = whole ] && printf '%s %s %s\n' $block "$1" "$2" >&4
}
