# On a node of a Slurm cluster: the job begins whenever Slurm starts it, but only once, even if somebody requeues it. It
# stays in the process group that gets the signals of scancel, in the session that Slurm made for it.
cluster=yes

# Called once the identity is recorded: from now on, Slurm's number identifies the job, whatever its comment becomes.
may_begin() {
    [ -s "$directory/submitted" ] || printf '%s\n' "$SLURM_JOB_ID" 2>/dev/null >"$directory/submitted" || :
}

# The session is led by the daemon of Slurm, which must not be ended.
find_members() {
    members=
    read_stat "$pid" || return 0
    led_by=$session
    for process in /proc/[0-9]*; do
        process=${process#/proc/}
        case $process in "$pid" | "$led_by") continue ;; esac
        ! read_stat "$process" || [ "$session" != "$led_by" ] || is_dead || members="$members $process"
    done
}

[ "$1" != loadshare-job ] || [ ! -e "${0%/*}/identity" ] || {
    printf 'loadshare: job %s has run before and is not run again\n' "$id" >&2
    exit 75
}
