# Starts a detached job and answers with its identity. A start that is repeated after a lost answer finds the directory
# made and starts nothing. The first setsid leads a session, so the second must fork to lead another: the job is then no
# child of this shell, has not INT and QUIT ignored as "&" would have it, and nothing waits for it.
start_detached() {
    mask=$(umask)
    umask 077
    if make_directory; then
        write_files
        umask "$mask"
        words=$(cd && setsid setsid /bin/sh "$directory/command" loadshare-job "$id" "$slots" </dev/null 2>&1)
        case $words in
            started*) answer "$words $directory" ;;
            *) rm -rf "$directory" && refuse "its wrapper ended at once: $words" ;;
        esac
        return
    fi
    waited=0
    while find_identity "$directory" && [ -z "$boot" ] && [ $waited -lt 10 ]; do
        sleep 1
        waited=$((waited + 1))
    done
    [ -n "$boot" ] || refuse "a start of this job was begun in $directory and not finished"
    answer "started $pid $start $boot $directory"
}
