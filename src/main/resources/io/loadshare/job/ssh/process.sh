# Functions that read processes from /proc. POSIX sh, like all scripts here.

{ read -r this_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || this_boot=none

# Reads the state, session, number of threads and start time (ticks since boot) of a process. Fails if the process does
# not exist.
# The name of a program may contain blanks, parentheses and newlines; the numbers follow its last parenthesis.
read_stat() { # PID
    stat=
    { while read -r stat; do case $stat in *') '*) break ;; esac; done; } 2>/dev/null <"/proc/$1/stat"
    set -- ${stat##*) }
    run_state=${1-} session=${4-} threads=${18-} started=${20-}
    [ -n "$started" ]
}

# Checks whether the process with this start time is still alive. A zombie with living threads counts as alive.
lives() { # PID START-TIME
    read_stat "$1" && [ "$started" = "$2" ] && ! is_dead
}

is_dead() {
    case $run_state in Z | X) [ "$threads" -le 1 ] ;; *) false ;; esac
}

# Reads the whole seconds since the boot, from a clock that cannot be set.
read_uptime() {
    { read -r uptime idle; } 2>/dev/null </proc/uptime && uptime=${uptime%%.*}
}

# Checks whether a prepared job may still begin. To be sure that a job will never begin, call this first and then look
# for its identity, because the wrapper writes the identity before it calls this. While another shell is still writing
# the time limit, the age of the directory decides.
may_begin() { # DIRECTORY; sets preparer
    preparer=
    { read -r begin_by begin_boot preparer; } 2>/dev/null <"$1/begin_by" || :
    if [ -z "$preparer" ]; then [ -n "$(find "$1" -prune -mmin -1 2>/dev/null)" ]; return; fi
    [ "$begin_boot" = "$this_boot" ] && read_uptime && [ "$uptime" -le "$begin_by" ]
}
