# Measures a Slurm cluster on its login host and prints a report between two marker lines, as probe.sh does for a host.
# Cores are those of nodes in use or idle, runnable are those that Slurm has allocated, and the loads are the same number;
# running counts the running jobs, and total also those that wait.
#
# sh reads this script on stdin, after lines that set: nonce, and partition (an option of sinfo and squeue, or empty).

loadshare_probe() {
    LC_ALL=C
    export LC_ALL
    printf '\nloadshare-begin %s\n' "$nonce"
    if ! command -v sinfo >/dev/null; then
        printf 'failure=no sinfo in PATH %s of this login: is Slurm installed here?\n' "$PATH"
    elif ! nodes=$(timeout 8 sinfo --noheader --Node $partition --format='%N %T %C %m' 2>&1); then
        fail sinfo "$nodes"
    elif ! jobs=$(timeout 8 squeue --noheader $partition --states=PENDING,CONFIGURING,RUNNING,SUSPENDED,COMPLETING --format='%T %C %u %j' 2>&1); then
        fail squeue "$jobs"
    else
        report
    fi
    printf 'loadshare-end %s\n' "$nonce"
}

fail() { # COMMAND OUTPUT
    printf 'failure=%s failed: %s\n' "$1" "$(printf %s "$2" | tr '\n' ' ' | head -c 300)"
}

report() {
    { printf '%s\n' "$nodes" | sort -u; echo; printf '%s\n' "$jobs"; } | awk '
NF == 0 && !queue { queue = 1; next }
NF == 0 { next }
!queue {
    if (split($3, cores, "/") != 4 || $4 !~ /^[0-9]+/) {
        failure = "sinfo printed \"" $0 "\", which is not NODE STATE A/I/O/T MEMORY"
        exit
    }
    allocated += cores[1]
    usable += cores[1] + cores[2]
    memory += $4 * 1048576
    nodes++
    next
}
{
    if ($2 !~ /^[0-9]+$/) {
        odd = $0
        next
    }
    total++
    runs = $1 != "PENDING"
    running += runs
    if ($4 ~ /^loadshare-[A-Za-z0-9_-]+$/) {
        own += runs ? $2 : 0
        jobs = jobs sprintf("job=%s\t%d\t%s\t%d\t0\n", substr($4, 11), $2, $3, runs ? $2 : 0)
    }
}
END {
    if (failure == "" && odd != "" && total == 0)
        failure = "squeue printed \"" odd "\", which does not begin with STATE CPUS USER"
    if (failure == "" && usable == 0)
        failure = nodes ? "none of the " nodes " nodes is up" : "sinfo lists no nodes of the partition"
    if (failure != "") {
        printf "failure=%s\n", failure
        exit
    }
    printf "loadshare-report=1\nbootId=slurm\nuptime=1000000000\n"
    printf "load1=%d\nload5=%d\nload15=%d\nrunning=%d\ntotal=%d\n", allocated, allocated, allocated, running, total
    printf "cores=%d\nmemoryTotal=%.0f\nmemoryAvailable=%.0f\n", usable, memory, memory
    printf "runnable=%d\nownRunnable=%d\ncomplete=yes\n", allocated, (own > allocated ? allocated : own)
    printf "%send=loadshare-report\n", jobs
}'
}

loadshare_probe
