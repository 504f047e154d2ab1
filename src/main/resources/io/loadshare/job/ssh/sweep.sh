# Removes the control directories of jobs that ended long ago. Runs at most once per pause, because it walks through all
# directories. The file ".swept" contains the time of the last removal, in seconds since the boot, and the boot ID: most
# starts need no process to see that it is too early. After a boot, and where several hosts share a home directory, the
# age of the file decides.
sweep() { # KEEP PAUSE, in minutes
    swept_at= swept_boot=
    { read -r swept_at swept_boot <"$root/.swept"; } 2>/dev/null || :
    [ "$swept_boot" != "$this_boot" ] || ! read_uptime || [ $((uptime - swept_at)) -ge $(($2 * 60)) ] || return 0
    remove_old "$@" >/dev/null 2>&1 &
}

remove_old() { # KEEP PAUSE, in minutes
    [ -z "$(find "$root/.swept" -mmin "-$2" 2>/dev/null)" ] || return 0
    read_uptime
    printf '%s\n' "$uptime $this_boot" >"$root/.swept"
    find "$root" -mindepth 1 -maxdepth 1 -type d -mmin "+$1" 2>/dev/null | while read -r old; do
        find_state "$old"
        case $state in running | starting | pending*) continue ;; esac
        spool=
        { read -r spool <"$old/spool"; } 2>/dev/null || :
        case $spool in */loadshare-"${old##*/}".*) rm -rf "$spool" ;; esac
        rm -rf "$old"
    done
}
