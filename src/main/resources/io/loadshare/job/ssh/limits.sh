# Ends a job that exceeds its limits. Runs beside the wrapper, in a session of its own.
# Needs id, directory, time_limit (seconds, 0 for none), memory_limit (kilobytes, 0 for none), the same limits as text in
# time_words and memory_words, and limit_grace (seconds).
guard() {
    find_identity "$directory"
    read_uptime && began=$uptime
    while sleep 1 && lives "$pid" "$start"; do
        read_uptime
        [ "$time_limit" -eq 0 ] || [ $((uptime - began)) -lt "$time_limit" ] ||
            end_for_limit "time limit of $time_words reached"
        if [ "$memory_limit" -gt 0 ]; then
            measure_memory
            [ "$used" -le "$memory_limit" ] ||
                end_for_limit "memory limit of $memory_words exceeded: it used $((used / 1024))M"
        fi
    done
}

# Sets used to the memory of the processes of the job, in kilobytes: the resident memory, and if that is more than the
# limit, the proportional part of it, which counts shared memory once.
measure_memory() {
    [ -n "${page-}" ] || page=$(getconf PAGESIZE 2>/dev/null) || page=4096
    set -- $(cat /proc/[0-9]*/stat 2>/dev/null | job_processes)
    used=${1:-0}
    [ "$used" -gt "$memory_limit" ] || return 0
    shift
    files=
    for process; do files="$files /proc/$process/smaps_rollup"; done
    proportional=$(cat $files 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { printf "%d", sum }')
    [ "${proportional:-0}" -eq 0 ] || used=$proportional
}

# Prints the sum of the resident memory of the job in kilobytes, and the IDs of its processes: those of its session, and
# their descendants. The number of a process comes first, and the other fields after its name, which ends with a
# parenthesis.
job_processes() {
    awk -v leader="$pid" -v page="$page" '
function is_member(process) {
    for (; process > 1; process = parent[process])
        if (session[process] == leader || process == leader)
            return 1
    return 0
}
{
    number = $1
    sub(/.*[)] /, "")
    if (split($0, field, " ") < 22)
        next
    parent[number] = field[2]
    session[number] = field[4]
    pages[number] = field[22]
}
END {
    for (number in parent)
        if (is_member(number)) {
            sum += pages[number] * page / 1024
            list = list " " number
        }
    printf "%d%s", sum, list
}'
}

end_for_limit() { # REASON
    printf '%s\n' "$1" >"$directory/reason"
    escaped=no
    end_job "$limit_grace"
    exit
}
