# Installs an agent on this host and removes it. The directory of an agent contains
#     releases/ID    programs; the latest one stays
#     current        a link to the latest release, replaced by rename
#     config.yaml    the configuration of the agent (0600); and token, if any (0600)
#     pid, log, state/    without systemd
# Each function answers with lines "WORD REST", or refuses.

# Sets place, and unit if systemd runs the agent.
find_place() { # NAME PLACE-OR-EMPTY
    unit=
    if [ "$(id -u)" = 0 ]; then
        place=${2:-/opt/loadshare-agent}
        [ ! -d /run/systemd/system ] || unit=/etc/systemd/system/loadshare-agent.service
    else
        place=${2:-$HOME/.local/share/loadshare-agent/$1}
    fi
    case $place in
        /*[!A-Za-z0-9/._-]*) refuse "the directory $place has a name that is not plain; choose another with --into" ;;
        /?*) ;;
        *) refuse "the directory $place is not absolute" ;;
    esac
}

prepare() { # RELEASE
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | sed -n 1p)
    [ "${version:-0}" -ge 17 ] ||
        refuse "needs Java 17 or newer, found ${version:-none}; install openjdk-17-jre-headless"
    for tool in tar gzip setsid; do
        command -v $tool >/dev/null || refuse "needs $tool, which is not installed"
    done
    umask 022
    mkdir -p "$place/releases/$1" 2>/dev/null || refuse "cannot write to $place"
    answer "place $place"
}

activate() { # NAME RELEASE CONFIG TOKEN UNIT-TEXT
    umask 077
    printf '%s' "$3" >"$place/config.yaml.new" && mv "$place/config.yaml.new" "$place/config.yaml" ||
        refuse "cannot write to $place"
    rm -f "$place/token" "$place/current.new"
    [ -z "$4" ] || printf '%s\n' "$4" >"$place/token" || refuse "cannot write to $place"
    ln -s "releases/$2" "$place/current.new" && mv -T "$place/current.new" "$place/current" ||
        refuse "cannot write to $place"
    if [ -n "$unit" ]; then start_unit "$5"; else start_session "$1"; fi
    for old in "$place"/releases/*; do
        [ "$old" = "$place/releases/$2" ] || rm -rf "$old"
    done
}

start_unit() { # UNIT-TEXT
    stop_session
    (umask 022 && printf '%s' "$1" >"$unit.new") && mv "$unit.new" "$unit" || refuse "cannot write $unit"
    words=$({ systemctl daemon-reload && systemctl enable loadshare-agent && systemctl restart loadshare-agent; } 2>&1) ||
        refuse "systemctl failed: $(flat "$words")"
    await_agent find_service
    answer 'started as a service of systemd'
}

find_service() {
    pid=$(systemctl show -p MainPID --value loadshare-agent)
    [ "${pid:-0}" != 0 ]
}

start_session() { # NAME
    stop_session
    rm -f "$place/pid"
    [ ! -e "$place/log" ] || mv -f "$place/log" "$place/log.old"
    unset LOADSHARE_JOB LOADSHARE_HOST
    LOADSHARE_CONFIG=$place/config.yaml setsid /bin/sh -c \
        'echo $$ >"$1/pid"; exec "$1/current/bin/loadshare" agent --host "$2"' sh "$place" "$1" \
        </dev/null >"$place/log" 2>&1 &
    await_agent find_session
    answer 'started without systemd: start it again after a reboot, by the same command'
}

find_session() {
    read -r pid 2>/dev/null <"$place/pid"
}

# Checks the name of the process, which the agent sets once it listens.
is_agent() {
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = loadshare-agent ]
}

await_agent() { # FINDER
    tries=0
    until $1 && is_agent; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || refuse "the agent does not start: $(last_words)"
        [ $tries -lt 20 ] || [ -d "/proc/$pid" ] || refuse "the agent does not start: $(last_words)"
        sleep 0.1
    done
}

flat() { # TEXT
    printf '%s' "$1" | tr '\n' ' '
}

last_words() {
    words=$(if [ -n "$unit" ]; then journalctl -u loadshare-agent -n 3 -o cat; else tail -n 3 "$place/log"; fi 2>&1)
    flat "${words:-it says nothing, and does not listen after $((tries / 10)) s}"
}

stop_session() {
    find_session && is_agent || return 0
    kill "$pid" 2>/dev/null
    tries=0
    while is_agent; do
        tries=$((tries + 1))
        [ $tries -ne 300 ] || kill -9 "$pid" 2>/dev/null
        [ $tries -lt 320 ] || refuse "process $pid does not end"
        sleep 0.1
    done
}

remove() {
    found=no
    if [ -n "$unit" ] && [ -e "$unit" ]; then
        words=$(systemctl disable --now loadshare-agent 2>&1) || refuse "systemctl failed: $(flat "$words")"
        rm -f "$unit"
        systemctl daemon-reload
        rm -rf /var/lib/loadshare-agent
        found=yes
    fi
    if [ -d "$place" ]; then
        stop_session
        rm -rf "$place/releases" "$place/current" "$place/config.yaml" "$place/token" "$place/pid" "$place/log" \
            "$place/log.old" "$place/state"
        rmdir "$place" 2>/dev/null || refuse "$place holds what is not of the agent; look what it is"
        found=yes
    fi
    answer "removed $found"
}
