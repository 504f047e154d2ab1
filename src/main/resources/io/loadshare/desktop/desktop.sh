# The life of a desktop on its host: starts the VNC server, which chooses a free display, then the session on it, and
# ends each when the other has ended. Runs in the control directory of the job, before its program, the VNC server.
# Needs run (the directory of the socket), socket, program, advice (how to get the program) and session (an sh script).
# Files in the control directory:
#   Xauthority  the key of the display: for every display number, because the server chooses one after reading it
#   server.log  the output of the VNC server; it changes when a viewer connects or disconnects
#   session     the script of the session
#   desktop     the display, such as ":3"; renamed to this name once a viewer can connect
#   reason      why the desktop ended, unless it was stopped or its session ended
directory=$PWD mask=$(umask)
server= session_process= number= stopped=
umask 077

finish() { # STATUS
    [ -z "$server" ] || {
        kill "$server" $(cat "/proc/$server/task/$server/children")
        wait "$server"
    } 2>/dev/null
    [ -z "$session_process" ] || kill "$session_process" 2>/dev/null
    [ -z "$number" ] || remove_display
    rm -rf "$run"
    exit "$1"
}

fail() { # STATUS REASON
    printf '%s\n' "$2" >"$directory/reason"
    printf 'loadshare: %s\n' "$2"
    finish "$1"
}

listens() { # SOCKET
    command grep -q " 00010000 0001 01 .* $1\$" /proc/net/unix
}

# A killed server leaves its socket and its lock behind. Another server may have taken the display meanwhile.
remove_display() {
    [ "$(stat -c %i "/tmp/.X11-unix/X$number" 2>/dev/null)" != "$inode" ] || rm -f "/tmp/.X11-unix/X$number"
    { read -r owner <"/tmp/.X$number-lock"; } 2>/dev/null && [ "$owner" = "$process" ] && rm -f "/tmp/.X$number-lock"
}

# Removes what dead X servers and desktops of this user have left behind.
remove_stale() {
    for lock in /tmp/.X*-lock; do
        [ -O "$lock" ] && { read -r owner <"$lock"; } 2>/dev/null || continue
        case $owner in '' | *[!0-9]*) continue ;; esac
        ! kill -0 "$owner" 2>/dev/null || continue
        dead=${lock#/tmp/.X}
        dead=/tmp/.X11-unix/X${dead%-lock}
        rm -f "$lock"
        [ ! -O "$dead" ] || listens "$dead" || rm -f "$dead"
    done
    find /tmp/.X11-unix -maxdepth 1 -type s -user "$(id -u)" -mmin +1 2>/dev/null | while read -r dead; do
        listens "$dead" || rm -f "$dead"
    done
    for old in /tmp/loadshare-desktop-*; do
        [ -O "$old" ] && { read -r owner <"$old/process"; } 2>/dev/null || continue
        kill -0 "$owner" 2>/dev/null || listens "$old/vnc" || rm -rf "$old"
    done
}

# Whether the server itself listens on the socket, so that its files are those that open_ports looks at.
is_server() {
    listener=$(awk -v path="$socket" '$4 == "00010000" && $8 == path { print $7 }' /proc/net/unix)
    ls -l "/proc/$server/fd" 2>/dev/null | command grep -q "socket:\[$listener\]"
}

# Prints the TCP ports on which the server listens, as the kernel shows them.
open_ports() {
    for inode in $(ls -l "/proc/$server/fd" 2>/dev/null | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p'); do
        cat "/proc/$server/net/tcp" "/proc/$server/net/tcp6" 2>/dev/null |
            awk -v inode="$inode" '$4 == "0A" && $10 == inode { print $2 }'
    done
}

# Runs the session as a login shell would. Programs there may start jobs of their own, so they are not part of this one.
run_session() {
    trap - HUP INT TERM
    cd
    umask "$mask"
    unset LOADSHARE_JOB LOADSHARE_HOST LOADSHARE_SLOTS
    export DISPLAY=":$number" XAUTHORITY="$directory/Xauthority" LOADSHARE_SESSION="$directory/session"
    case ${SHELL##*/} in
        bash | dash | fish | ksh | sh | zsh) exec "$SHELL" -l -c 'exec /bin/sh "$LOADSHARE_SESSION"' ;;
        *csh) exec "$SHELL" -c 'exec /bin/sh "$LOADSHARE_SESSION"' ;;
        *) exec /bin/sh "$LOADSHARE_SESSION" ;;
    esac
}

# A session that ends within ten seconds with status 0 has started programs in the background: the desktop stays.
follow_session() {
    trap 'kill "$child" 2>/dev/null' TERM
    read -r began _ </proc/uptime
    run_session </dev/null &
    child=$!
    wait "$child"
    status=$?
    read -r now _ </proc/uptime
    printf '%s\n' "$status" >"$run/ended"
    [ "$status" = 0 ] && [ $((${now%.*} - ${began%.*})) -lt 10 ] || kill "$server" 2>/dev/null
}

# Waits, at most a second, until a program of the session stays connected to the display, or the session has ended.
await_session() {
    looks=0 connected=0
    while [ $looks -lt 10 ] && [ $connected -lt 2 ] && [ ! -s "$run/ended" ]; do
        sleep 0.1 2>/dev/null || sleep 1
        connected=$((connected + 1)) looks=$((looks + 1))
        command grep -q " 0001 03 .* @\{0,1\}/tmp/.X11-unix/X$number\$" /proc/net/unix || connected=0
    done
}

command -v "$program" >/dev/null || fail 127 "$program is not installed on this host: $advice"
remove_stale
{ mkdir "$run" && mkfifo "$run/display" && echo $$ >"$run/process"; } 2>/dev/null ||
    fail 74 "cannot make $run: is /tmp full or not writable?"
printf '%s\n' "$session" >session
{ printf '\377\377\0\0\0\0\0\022MIT-MAGIC-COOKIE-1\0\020' && head -c 16 /dev/urandom; } >Xauthority ||
    fail 74 'cannot write the key of the display: is the disk full?'
trap 'stopped=143; kill "$server" 2>/dev/null' HUP INT TERM
/bin/sh ./command program 3>"$run/display" </dev/null >server.log 2>&1 &
server=$! process=$!
number=$(timeout 30 sh -c 'read -r number <"$1"; echo "$number"' sh "$run/display" 2>/dev/null)
case $number in
    '' | *[!0-9]*)
        number=
        kill "$server" 2>/dev/null
        wait "$server"
        code=$? server=
        [ -z "$stopped" ] || finish "$stopped"
        fail 69 "$program did not start (status $code): $(command grep . server.log | tail -n 1)"
        ;;
esac
inode=$(stat -c %i "/tmp/.X11-unix/X$number" 2>/dev/null)
(umask 022 && set -C && printf '%10d\n' "$process" >"/tmp/.X$number-lock") 2>/dev/null
listens "$socket" || fail 78 "$program does not listen on the socket that {socket} names: correct desktop.command"
is_server || fail 78 "$program starts the server as another process: correct desktop.command, or end its script with 'exec'"
ports=$(open_ports)
[ -z "$ports" ] || fail 78 "$program listens on TCP (${ports%%
*} in /proc/net/tcp), where others could reach the desktop: correct desktop.command"
follow_session &
session_process=$!
await_session
if { read -r status <"$run/ended"; } 2>/dev/null && [ "$status" != 0 ]; then
    fail 69 "its session ended at once with status $status: see 'loadshare logs', and set desktop.session"
fi
printf ':%s\n' "$number" >desktop.new && mv -f desktop.new desktop || fail 74 "cannot write $directory/desktop"
while wait "$server"; code=$?; kill -0 "$server" 2>/dev/null; do :; done
server=
[ -z "$stopped" ] || finish "$stopped"
[ $code != 0 ] || [ ! -s "$run/ended" ] || finish 0
fail 69 "$program ended with status $code: $(command grep . server.log | tail -n 1)"
