# Ends a job: everything in its session and, if requested, processes that left the session but have the job ID in their
# environment.
# Needs id, directory, escaped (yes or no) and the variables that find_identity sets. Leaves the wrapper alone at first,
# so that it can record the status.

# Sets members to the living processes of the job. The session belongs to the job only while the wrapper is alive.
find_members() {
    members= led=no
    ! lives "$pid" "$start" || led=yes
    for process in /proc/[0-9]*; do
        process=${process#/proc/}
        [ $led = yes ] && read_stat "$process" && [ "$session" = "$pid" ] || continue
        [ "$process" = "$pid" ] || is_dead || members="$members $process"
    done
    [ $escaped = yes ] || return 0
    for file in $(grep -l "LOADSHARE_JOB=$id" /proc/[0-9]*/environ 2>/dev/null); do
        process=${file#/proc/} process=${process%/environ}
        case "$members $pid $$ " in *" $process "*) continue ;; esac
        tr '\000' '\n' 2>/dev/null <"$file" | grep -q -x "LOADSHARE_JOB=$id" || continue
        ! read_stat "$process" || is_dead || [ "$session" = "$own_session" ] || members="$members $process"
    done
}

# Sleeps for a short time at first, then for longer, because the caller looks at all processes after each nap. Counts
# fifths of a second in waited.
nap() {
    if [ $waited -lt 10 ] && sleep 0.2 2>/dev/null; then waited=$((waited + 1)); else sleep 1 && waited=$((waited + 5)); fi
}

# Sends TERM once to each process, KILL to the processes that remain after the grace period, and KILL to the wrapper if
# it then does not exit by itself.
end_job() { # GRACE-IN-SECONDS
    waited=0 asked=' ' limit=$(($1 * 5))
    read_stat $$ && own_session=$session
    find_members
    while [ -n "$members" ] && [ $waited -le $((limit + 25)) ]; do
        if [ $waited -ge $limit ]; then
            kill -KILL $members 2>/dev/null
        else
            for process in $members; do
                case $asked in *" $process "*) continue ;; esac
                kill -TERM "$process" 2>/dev/null
                kill -CONT "$process" 2>/dev/null
                asked="$asked$process "
            done
        fi
        nap
        find_members
    done
    [ -z "$members" ] || { state="stubborn$members" && return; }
    waited=0
    while lives "$pid" "$start" && [ $waited -lt 25 ]; do # a busy host lets it measure and record late
        kill -CONT "$pid" 2>/dev/null
        nap
    done
    if lives "$pid" "$start"; then
        [ ! -O "$directory" ] || record_status 137 # first, since a job without wrapper and status is lost
        kill -KILL "$pid" 2>/dev/null
        nap
    fi
    find_state "$directory" "$pid" "$start" "$boot"
}

# Ends the job if the wrapper is genuine: a process of the directory's owner with the job in its argv. An identity file
# can name any process, and root may end every process.
end_verified() { # GRACE [PID START BOOT]
    grace=$1
    shift
    find_identity "$directory" "$@"
    waited=0
    while [ -z "$boot" ] && [ -d "$directory" ] && [ $waited -lt 50 ]; do # it starts soon or never
        nap
        find_identity "$directory"
    done
    if [ "$boot" = "$this_boot" ]; then
        ! lives_as_another || { answer forged && return; }
        end_job "$grace"
    else
        [ -n "$boot" ] || [ ! -O "$directory" ] || { reserve_status && record_status 143; }
        find_state "$directory" "$@"
    fi
    answer "$state"
}

# Checks whether the process is alive and not that of the job. A process that exits loses its argv and its owner before it
# is gone.
lives_as_another() {
    waited=0
    while lives "$pid" "$start" && ! is_own; do
        [ -z "$(tr -d '\000' 2>/dev/null <"/proc/$pid/cmdline")" ] && [ $waited -lt 10 ] || return 0
        nap
    done
    return 1
}

is_own() {
    owner=$(stat -c %u "$directory" 2>/dev/null) && [ "$owner" != "$(stat -c %u "/proc/$pid" 2>/dev/null)" ] && return 1
    case $(tr '\000' ' ' 2>/dev/null <"/proc/$pid/cmdline") in *" loadshare-job $id "*) ;; *) return 1 ;; esac
}
