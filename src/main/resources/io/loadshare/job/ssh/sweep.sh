# Removes the control directories of jobs that ended long ago. Runs at most once per pause, because it walks through all
# directories.
sweep() { # KEEP PAUSE, in minutes
    [ -z "$(find "$root/.swept" -mmin "-$2" 2>/dev/null)" ] || return 0
    : >"$root/.swept"
    find "$root" -mindepth 1 -maxdepth 1 -type d -mmin "+$1" 2>/dev/null | while read -r old; do
        find_state "$old"
        case $state in running | starting | pending*) continue ;; esac
        spool=
        { read -r spool <"$old/spool"; } 2>/dev/null || :
        case $spool in */loadshare-"${old##*/}".*) rm -rf "$spool" ;; esac
        rm -rf "$old"
    done
}
