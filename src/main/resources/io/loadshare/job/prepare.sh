# Makes the control directory of a new job, for its user alone. Needs id and host; the function write_files puts the files.
root=$HOME/.loadshare/$host
directory=$root/$id

put() { # FILE CONTENT
    printf %s "$2" 2>/dev/null >"$directory/$1" && return
    reason=$({ printf %s "$2" | cat >"$directory/$1"; } 2>&1) && return
    rm -rf "$directory"
    refuse "cannot write $directory/$1: ${reason##*: }"
}

# Fails if there is a job of this id.
make_directory() {
    [ -d "$root" ] || reason=$(mkdir -p "$root" 2>&1) || refuse "cannot make $root: ${reason##*: }"
    reason=$(mkdir "$directory" 2>&1) && return
    [ ! -d "$directory" ] || return 1
    refuse "cannot make $directory: ${reason##*: }"
}

# The job must begin within begin_limit seconds by this host's own clock. A word to begin that stood in a frozen sshd or in a full pipe,
# or reached a stopped shell, begins nothing later, so that whoever asks after that time can be sure.
limit_begin() {
    read_uptime || refuse 'cannot read /proc/uptime: is /proc mounted?'
    (set -C && printf '%s\n' "$((uptime + begin_limit)) $this_boot $$" >"$directory/begin_by") 2>/dev/null ||
        { [ -e "$directory/begin_by" ] || rm -rf "$directory"; refuse "cannot write $directory/begin_by: is the disk full?"; }
}

prepare_terminal() {
    umask 077
    make_directory || refuse "there already is a job of this id in $directory"
    write_files
    limit_begin
    answer "ready $directory"
}
