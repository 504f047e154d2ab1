# Prepares a detached job, waits for the client's order to begin it, and answers with its identity: "ready DIRECTORY",
# then "started PID START BOOT DIRECTORY". Without the order, nothing begins and nothing is left. A repeated start finds
# the directory and starts nothing; the answer "begun" means that the first start may still begin the job.
start_detached() {
    mask=$(umask)
    umask 077
    if ! make_directory; then
        find_first_start
        return
    fi
    write_files
    limit_begin
    umask "$mask"
    answer "ready $directory"
    end_answer
    read -r word && [ "$word" = go ] || withdraw
    begin_job
    begin_answer # comes last: if the client is gone, writing the answer kills this shell
    answer "$words"
}

# Begins the prepared job; sets words to the answer.
# The first setsid leads a session, so the second must fork to lead another. As a result, the job is not a child of this
# shell, does not have INT and QUIT ignored as with "&", and nothing waits for it.
begin_job() {
    words=$(cd && setsid setsid /bin/sh "$directory/command" loadshare-job "$id" "$slots" </dev/null 2>&1)
    case $words in
        started*) words="$words $directory" ;;
        *) rm -rf "$directory" && words="failed its wrapper ended at once: $words" ;;
    esac
}

# Removes a job that the client no longer wants. By now the directory may belong to another start.
withdraw() {
    may_begin "$directory" || :
    [ "$preparer" != $$ ] || rm -rf "$directory"
    exit
}

find_first_start() {
    waited=0
    while find_identity "$directory" && [ -z "$boot" ] && [ $waited -lt 10 ] && may_begin "$directory"; do
        sleep 1
        waited=$((waited + 1))
    done
    begins=no
    ! may_begin "$directory" || begins=yes
    find_identity "$directory"
    if [ -n "$boot" ]; then answer "started $pid $start $boot $directory"
    elif [ $begins = yes ]; then answer "begun $directory"
    else refuse "a start of this job was begun in $directory and not finished"; fi
}
