# Creates the control directory of a new job, accessible only to its user. Needs id, host and display, and the function
# write_files, which writes the files.
root=$HOME/.loadshare/$host
directory=$root/$id

put() { # FILE CONTENT
    printf %s "$2" 2>/dev/null >"$directory/$1" && return
    reason=$({ printf %s "$2" | cat >"$directory/$1"; } 2>&1) && return
    rm -rf "$directory"
    refuse "cannot write $directory/$1: ${reason##*: }"
}

# Creates the directory. Fails if a job with this ID exists.
make_directory() {
    [ "$display" = none ] || command -v Xvfb >/dev/null ||
        refuse 'unfit it has no Xvfb for a virtual display: install xvfb (Debian, Ubuntu) or xorg-x11-server-Xvfb (Red Hat)'
    [ -d "$root" ] || reason=$(mkdir -p "$root" 2>&1) || refuse "cannot make $root: ${reason##*: }"
    reason=$(mkdir "$directory" 2>&1) && return
    [ ! -d "$directory" ] || return 1
    refuse "cannot make $directory: ${reason##*: }"
}

# Records the latest time at which the job may begin: begin_limit seconds from now, by the clock of this host. An order
# to begin that was delayed in a frozen sshd, in a full pipe or by a stopped shell has no effect after that time, so a
# client that asks later gets a certain answer.
limit_begin() {
    read_uptime || refuse 'cannot read /proc/uptime: is /proc mounted?'
    set -C
    { printf '%s\n' "$((uptime + begin_limit)) $this_boot $$" >"$directory/begin_by"; } 2>/dev/null ||
        { [ -e "$directory/begin_by" ] || rm -rf "$directory"; refuse "cannot write $directory/begin_by: is the disk full?"; }
    set +C
}

prepare_terminal() {
    umask 077
    make_directory || refuse "there already is a job of this id in $directory"
    write_files
    limit_begin
    answer "ready $directory"
}
