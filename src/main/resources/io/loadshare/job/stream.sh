# A client's connection to a foreground job: how the job is started, and how a client follows it, first or again.
# Needs id, directory and nonce. The protocol stands at StreamedJob.

# Messages of the host to the client stand between the bytes of the job, and are known by the nonce.
message() { # WORDS
    printf '\036%s %s\n' "$nonce" "$*"
}

refuse() { # WHY
    message "failed $1"
    exit
}

# Makes all that a job needs, and starts it only when the client has seen that and says so.
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

# A keeper or wrapper that is about to start finds nothing, and ends.
remove_job() {
    printf 'done\n' 1<>"$spool/events"
    rm -rf "$spool" "$directory"
}

# On the host's own disk, since homes may be remote. That mkdir makes it shows that it is nobody else's.
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

# Takes the job over from a connection that may not have noticed yet that it is dead.
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

# Sends the streams from these offsets on, and takes the client's messages until the connection ends.
follow() { # WORDS OUT ERR
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

# A block counts only when it is whole, which the line behind it shows.
take_block() { # OFFSET LENGTH
    blocks=$((blocks + 1))
    dd bs="$2" count=1 iflag=fullblock 4>&- 5>&- 2>/dev/null >"$spool/block.$$.$blocks" &&
        read -r word && [ "$word" = whole ] && printf 'block.%s.%s %s %s\n' $$ $blocks "$1" "$2" >&4
}
