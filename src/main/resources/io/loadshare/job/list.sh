# Lists jobs by their control directories. For each root "root PATH", then for each job "job NAME", the first line of its
# command file, "is STATE" and "by PID START BOOT"; then "at SECONDS-SINCE-1970 OWNER ./NAME/FILE" for each identity (job
# started) and status (job ended).
list() { # ROOT NAME-OR-PATTERN
    cd "$1" 2>/dev/null || return 0
    printf '%s\n' "root $1"
    for name in $2; do list_job "$name"; done
    find . -path "./$2/identity" -exec stat -c 'at %Y %U %n' {} + -o -path "./$2/status" -exec stat -c 'at %Y %U %n' {} +
}

list_job() { # NAME
    { read -r header <"$1/command"; } 2>/dev/null || return 0
    case $header in '# loadshare '*) ;; *) return 0 ;; esac
    find_state "$1"
    find_identity "$1"
    printf '%s\n' "job $1" "$header" "is $state" "by $pid $start $boot"
}

# The running jobs of all users, by their wrappers' argv, which anyone may forge: the directory must be its process's own.
list_running() { # HOST
    for file in $(grep -l loadshare-job /proc/[0-9]*/cmdline 2>/dev/null); do
        path=$(tr '\000' '\n' 2>/dev/null <"$file" | sed -n '2s#/command$##p')
        case $path in
            */.loadshare/"$1"/*) [ "$(stat -c %u "$path" 2>/dev/null)" != "$(stat -c %u "${file%/*}")" ] || list "${path%/*}" "${path##*/}" ;;
        esac
    done
}
