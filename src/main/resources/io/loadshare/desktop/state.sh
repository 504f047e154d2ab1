# Answers with the state of a desktop: "ready DISPLAY SECONDS-WITHOUT-A-VIEWER", "ended", "gone" (its server has ended
# without a trace), or, if it is still none of these after the limit, "starting" or "absent".
# Needs directory, socket and limit (tenths of a second).
is_ended() {
    [ -s "$directory/status" ]
}

find_desktop() {
    waited=0 silent=0
    while :; do
        if is_ended; then
            answer ended
            return
        elif { read -r display <"$directory/desktop"; } 2>/dev/null; then
            if grep -q " 00010000 0001 01 .* $socket\$" /proc/net/unix; then
                answer "ready $display $(idle)"
                return
            fi
            silent=$((silent + 1))
            [ $silent -lt 10 ] || { answer gone && return; } # a server that has just ended is about to record that
        fi
        [ $waited -lt $limit ] || [ $silent -gt 0 ] || break
        sleep 0.1 2>/dev/null || sleep 1
        waited=$((waited + 1))
    done
    if [ -d "$directory" ]; then answer starting; else answer absent; fi
}

# Prints the seconds since a viewer was connected.
idle() {
    if grep -q " 0001 03 .* $socket\$" /proc/net/unix; then
        echo 0
    else
        echo $(($(date +%s) - $(stat -c %Y "$directory/server.log")))
    fi
}
