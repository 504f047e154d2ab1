# The fixed part of the file "command", the wrapper between sshd and the program of the job. Started as
#     sh DIRECTORY/command loadshare-job ID SLOTS
# so that every user can see in /proc which job this is and how many cores it reserves.
# The part before this one sets id, host, output (none, streamed, joined or apart) and the function enter.
directory=${0%/*}
case $1 in keep) keep && exit ;; guard) guard && exit ;; esac

say() {
    printf 'loadshare: job %s on %s: %s\n' "$id" "$host" "$1" >&2
}

# Ends a job whose program cannot start: its status is not the status of the program.
not_started() { # STATUS REASON
    say "$2"
    : >"${0%/*}/unstarted"
    exit "$1"
}

read_stat $$ || { say 'cannot read /proc, by which jobs are known: is it mounted?'; exit 74; }
if [ "$session" != $$ ] && [ "$cluster" = no ]; then
    setsid /bin/sh "$0" "$@"
    exit
fi
[ ! -e "$directory/status" ] || { say 'not started, since it was ended before'; exit 143; }
trap : HUP INT QUIT TERM
reserve_status && printf '%s\n' "$$ $started $this_boot" 2>/dev/null >"$directory/identity" ||
    { say "not started: cannot write to $directory: is the disk full?"; exit 74; }
may_begin "$directory" ||
    { say 'not started: it was to begin within a minute, and that is over'; record_status 143; exit 143; }

if [ "$limited" != no ]; then setsid /bin/sh "$0" guard </dev/null >/dev/null 2>&1 & fi

display_failure= display_process=
[ $display = none ] || start_display
# A shell reports on stderr that a signal killed its child, but stderr belongs to the program.
if [ $output = none ]; then
    exec 3>&2 2>/dev/null
    (exec 2>&3 3>&- && enter)
else
    if [ $output = streamed ]; then { read -r spool <"$directory/spool"; } 2>/dev/null || exit 74
    else : >>"$directory/output" || exit 74; fi
    printf '%s\n' "started $$ $started $this_boot"
    exec </dev/null >/dev/null 2>&1
    case $output in
        streamed)
            source=/dev/null
            [ $input = none ] || source=$spool/in
            (enter) <"$source" >"$spool/out" 2>"$spool/err"
            ;;
        apart) (enter) >>"$directory/stdout" 2>>"$directory/output" ;;
        *) (enter) >>"$directory/output" 2>&1 ;;
    esac
fi
code=$?
[ $display = none ] || end_display
record_status $code
if [ $output = none ] && { read -r reason <"$directory/reason"; } 2>/dev/null; then say "ended: $reason" 2>&3; fi
if [ $output = streamed ]; then
    send_end $code "$spool/out" "$spool/err" &
    printf 'ended %s\n' $code 1<>"$spool/events"
fi
record_usage $code
