# Gives a job a display of its own, an X server without a screen that ends with the job. Part of the wrapper.

# Sets display_process and exports DISPLAY and XAUTHORITY; sets display_failure if that is not possible. The server
# chooses a free display after it has read the key, so the key is for every display number.
start_display() {
    of_terminal=
    [ "$output" != none ] || of_terminal=setsid # Ctrl-C ends the programs in the terminal that do not catch it
    display_failure='cannot write the key of its display: is the disk full?'
    (umask 077 && { printf '\377\377\0\0\0\0\0\022MIT-MAGIC-COOKIE-1\0\020' && head -c 16 /dev/urandom; } \
        >"$directory/Xauthority") 2>/dev/null || return
    started_display=$(
        {
            LOADSHARE_JOB=$id $of_terminal Xvfb -displayfd 3 -auth "$directory/Xauthority" -screen 0 1920x1080x24 -nolisten tcp \
                3>&1 </dev/null >/dev/null 2>"$directory/display.log" &
            echo "process $!"
        } | timeout 30 cat
    )
    number= previous=
    for word in $started_display; do
        case $previous in process) display_process=$word ;; *) [ "$word" = process ] || number=$word ;; esac
        previous=$word
    done
    display_failure="Xvfb did not start: $(command grep . "$directory/display.log" | tail -n 1)"
    [ -n "$number" ] || return
    display_socket=/tmp/.X11-unix/X$number display_failure=
    display_inode=$(stat -c %i "$display_socket" 2>/dev/null)
    export DISPLAY=":$number" XAUTHORITY="$directory/Xauthority"
}

# Ends the server. One that was killed has left its socket behind, unless another server has it meanwhile.
end_display() {
    [ -n "$display_process" ] || return 0
    kill "$display_process" 2>/dev/null
    waited=0
    while kill -0 "$display_process" 2>/dev/null && [ $waited -lt 20 ]; do
        sleep 0.1 2>/dev/null || sleep 1
        waited=$((waited + 1))
    done
    kill -KILL "$display_process" 2>/dev/null
    [ "$(stat -c %i "$display_socket" 2>/dev/null)" != "$display_inode" ] || rm -f "$display_socket"
}
