# Measures a Slurm cluster on its login host and prints a report between two marker lines, as probe.sh does for a host.
# Cores are those of nodes in use or idle, runnable are those that Slurm has allocated, and the loads are the same number;
# running counts the running jobs, and total also those that wait for resources: a job that is held, or waits for a time or
# for another job, takes no cores from others. The report is not complete if Slurm hides the jobs of other users.
#
# sh reads this script on stdin, after lines that set: nonce, and partition (empty for the default partition of Slurm: then
# jobs of loadshare that Slurm itself has moved to another partition are reported too, with 0 cores).

loadshare_probe() {
    LC_ALL=C
    export LC_ALL
    printf '\nloadshare-begin %s\n' "$nonce"
    measure || printf 'failure=%s\n' "$problem"
    printf 'loadshare-end %s\n' "$nonce"
}

measure() {
    jobs_of=${partition:+--partition=$partition} default=
    if [ -z "$partition" ]; then
        ask sinfo --noheader --format=%P || return
        partition=$(printf '%s\n' "$answer" | sed -n 's/\*$//p' | head -n 1)
        default=$partition
    fi
    ask sinfo --noheader --exact ${partition:+"--partition=$partition"} --format='%N|%D|%T|%C|%m|%E' || return
    nodes=$answer
    states=PENDING,CONFIGURING,RUNNING,RESIZING,SIGNALING,STOPPED,SUSPENDED,COMPLETING,STAGE_OUT
    ask squeue --noheader $jobs_of --states=$states --format='%T|%C|%u|%r|%P|%j' || return
    jobs=$answer
    complete=yes
    if [ "$(id -u)" != 0 ]; then
        ask scontrol show config || return
        ! printf '%s\n' "$answer" | grep -q '^PrivateData.*jobs' || complete=no
    fi
    report
}

# Sets answer, or problem if the command fails; the status of timeout is 124.
ask() { # COMMAND...
    command -v "$1" >/dev/null || { problem="no $1 in PATH $PATH of this login: is Slurm installed here?" && return 1; }
    answer=$(timeout 8 "$@" 2>&1)
    case $? in
        0) return ;;
        124) problem="$1 gave no answer within 8 s" ;;
        *) problem="$1 failed: $(printf %s "$answer" | tr '\n' ' ' | head -c 300)" ;;
    esac
    return 1
}

report() {
    { printf '%s\n' "$nodes"; echo; printf '%s\n' "$jobs"; } | awk -F '|' -v complete=$complete -v here_only="$default" '
NF == 0 && !queue { queue = 1; next }
NF == 0 { next }
!queue {
    if ($2 !~ /^[0-9]+$/ || split($4, cores, "/") != 4 || $5 !~ /^[0-9]+/) {
        failure = "sinfo printed \"" $0 "\", which is not NODES|COUNT|STATE|A/I/O/T|MEMORY|REASON"
        exit
    }
    allocated += cores[1]
    usable += cores[1] + cores[2]
    memory += cores[1] + cores[2] ? $2 * $5 * 1048576 : 0
    nodes += $2
    reason = $6 == "none" ? "" : $6
    gsub(/[[:cntrl:]]/, " ", reason)
    groups = groups sprintf("nodes=%s\t%d\t%s\t%d\t%d\t%s\n", $1, $2, $3, cores[1], cores[2], reason)
    next
}
{
    if ($2 !~ /^[0-9]+$/) {
        odd = $0
        next
    }
    understood = 1
    here = here_only == "" || index("," $5 ",", "," here_only ",")
    runs = $1 != "PENDING"
    running += here && runs
    counts = here && (runs || $4 == "Resources" || $4 == "Priority" || $4 == "None")
    total += counts
    if ($6 ~ /^loadshare-[A-Za-z0-9_-]+$/) {
        cpus = counts ? $2 : 0
        own += runs ? cpus : 0
        jobs = jobs sprintf("job=%s\t%d\t%s\t%d\t0\n", substr($6, 11), cpus, $3, runs ? cpus : 0)
    }
}
END {
    if (failure == "" && odd != "" && !understood)
        failure = "squeue printed \"" odd "\", which does not begin with STATE|CPUS|USER"
    if (failure == "" && usable == 0)
        failure = nodes ? "none of the " nodes " nodes is up" : "sinfo lists no nodes of the partition"
    if (failure != "") {
        printf "failure=%s\n", failure
        exit
    }
    printf "loadshare-report=1\nbootId=slurm\nuptime=1000000000\n"
    printf "load1=%d\nload5=%d\nload15=%d\nrunning=%d\ntotal=%d\n", allocated, allocated, allocated, running, total
    printf "cores=%d\nmemoryTotal=%.0f\nmemoryAvailable=%.0f\n", usable, memory, memory
    printf "runnable=%d\nownRunnable=%d\ncomplete=%s\n", allocated, (own > allocated ? allocated : own), complete
    printf "%s%send=loadshare-report\n", groups, jobs
}'
}

loadshare_probe
