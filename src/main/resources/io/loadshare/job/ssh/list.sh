# Lists jobs by their control directories. Prints "root ROOT", then for each job "job NAME|STATE|PID START BOOT|HEADER"
# (HEADER is the first line of its command file); if the job was ended for a reason, "reason NAME TEXT"; after its end,
# "usage NAME USER-TIME SYSTEM-TIME [KILOBYTES]"; then for each file whose time matters "at SECONDS-SINCE-1970 OWNER
# ./NAME/FILE".
list() { # ROOT NAME-OR-PATTERN
    cd "$1" 2>/dev/null || return 0
    answer "root $1"
    for name in $2; do list_job "$name"; done
    for file in command identity status; do
        find . -path "./$2/$file" -exec stat -c 'at %Y %U %n' {} + 2>/dev/null
    done
}

list_job() { # NAME
    { read -r header <"$1/command"; } 2>/dev/null || return 0
    case $header in '# loadshare 1 '*) ;; *) return 0 ;; esac
    find_state "$1"
    find_identity "$1"
    answer "job $1|$state|$pid $start $boot|$header"
    { read -r reason <"$1/reason"; } 2>/dev/null && answer "reason $1 $reason"
    peak=
    { read -r own && read -r times && { read -r peak || :; }; } 2>/dev/null <"$1/usage" &&
        answer "usage $1 $times $peak"
    return 0
}

# Lists the running jobs of all users by the argv of their wrappers. Anyone can forge an argv, so the process must
# belong to the owner of the directory.
list_running() { # HOST NAME-OR-*
    for file in $(grep -l loadshare-job /proc/[0-9]*/cmdline 2>/dev/null); do
        path=$(tr '\000' '\n' 2>/dev/null <"$file" | sed -n '2s#/command$##p')
        case $path in */.loadshare/"$1"/$2) ;; *) continue ;; esac
        [ "$(stat -c %u "$path" 2>/dev/null)" != "$(stat -c %u "${file%/*}")" ] || list "${path%/*}" "${path##*/}"
    done
}
