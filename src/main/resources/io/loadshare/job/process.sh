# What /proc says of processes. POSIX sh, like all scripts here.

{ read -r this_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || this_boot=none

# Reads the state, session, number of threads and start time (ticks since boot) of a process; fails if there is none.
# The name of a program may hold blanks, parentheses and newlines; the numbers follow its last parenthesis.
read_stat() { # PID
    stat=
    { while read -r stat; do case $stat in *') '*) break ;; esac; done; } 2>/dev/null <"/proc/$1/stat"
    set -- ${stat##*) }
    run_state=${1-} session=${4-} threads=${18-} started=${20-}
    [ -n "$started" ]
}

# Whether the process that was started at that time still runs. A zombie whose threads live on does.
lives() { # PID START-TIME
    read_stat "$1" && [ "$started" = "$2" ] && ! is_dead
}

is_dead() {
    case $run_state in Z | X) [ "$threads" -le 1 ] ;; *) false ;; esac
}

# Whole seconds since the boot, by a clock that nobody sets.
read_uptime() {
    { read -r uptime idle; } 2>/dev/null </proc/uptime && uptime=${uptime%%.*}
}

# Whether a job that is prepared may still begin. Who wants to be sure that it never will looks for its identity after this,
# since the wrapper writes that before it asks.
may_begin() { # DIRECTORY; sets preparer
    { read -r begin_by begin_boot preparer; } 2>/dev/null <"$1/begin_by" || return 1
    [ "$begin_boot" = "$this_boot" ] && read_uptime && [ "$uptime" -le "$begin_by" ]
}
