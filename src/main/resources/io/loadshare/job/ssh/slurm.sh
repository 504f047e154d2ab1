# The jobs of a Slurm cluster, on its login host. Their control directories are in the shared home directory, and processes
# on nodes cannot be seen from here: this file replaces the functions that look at processes, and asks Slurm. A job is
# known to Slurm by its name, loadshare-ID, and by the number that sbatch printed or its node wrote; before one is known,
# by its comment, which is that of one submission. Another job of that name is not touched.
# More files in the control directory: "submitted" contains the ID that Slurm gave the job; "slurm" contains what Slurm
# itself printed about the job; "missing" exists once Slurm did not list the job while no status was recorded; "lost"
# contains the reason why the job is lost.
newline='
'
listed= end_status=143
answer_limit=8 # seconds for an answer of Slurm; clients wait 10 by default

# The sed commands that print why Slurm ended a job, from what it printed about the job.
printed_reason='
s/.*[Dd][Uu][Ee] [Tt][Oo] \(.*\) \*\*\*.*/\1/p
t
s/.*[Dd]etected .*oom.kill.*/OUT OF MEMORY/p
s/.*\*\*\* .* CANCELLED AT .*/CANCELLED/p
s/^loadshare: job .* is not run again$/REQUEUED/p'

# A process on a node has no identity that could be checked here.
find_identity() { # DIRECTORY
    pid= start= boot=
}

# Lists the jobs of the user, running and recently ended, with one command for all jobs of an answer.
ask_slurm() {
    [ -z "$listed" ] || return 0
    user=--user=$(id -un)
    [ "$user" != --user=root ] || user= # root may look for the jobs of others
    listing=$(SLURM_TIME_FORMAT=%s timeout $answer_limit squeue --noheader $user --states=all --format='%T|%i|%u|%N|%S|%r|%j|%k' 2>&1) ||
        refuse "$(failure squeue $? $answer_limit "$listing")"
    usual='^[A-Z_]*|[0-9][^|]*|[^|]*|[^|]*|[^|]*|[^|]*|'
    [ -z "$listing" ] || printf '%s\n' "$listing" | grep -q "$usual" ||
        refuse "squeue printed '$(one_line "$listing")', which does not begin with STATE|ID|USER|NODES|START|REASON"
    listed=$newline$(printf '%s\n' "$listing" | grep "$usual"'loadshare-[A-Za-z0-9_-]*|')$newline
}

one_line() { # TEXT
    printf %s "$1" | tr '\n' ' ' | head -c 400
}

# Prints how a command of Slurm failed; the status of timeout is 124.
failure() { # COMMAND STATUS LIMIT OUTPUT
    if ! command -v "$1" >/dev/null; then printf 'no %s in PATH %s of this login: is Slurm installed here?' "$1" "$PATH"
    elif [ "$2" -eq 124 ]; then printf '%s gave no answer within %s s' "$1" "$3"
    else printf '%s failed with status %s: %s' "$1" "$2" "$(one_line "$4")"; fi
}

# Sets slurm_state, slurm_id, the nodes of a job, its expected start (seconds since 1970, or N/A), and why it waits; all are
# empty if Slurm does not list it. Sets namesake to the number of another job of its name.
look_up() { # DIRECTORY
    ask_slurm
    slurm_state= slurm_id= nodes= expected= why= namesake=
    its_name=${1##*/} its_name="|loadshare-${its_name%.withdrawn}|" rest=$listed
    number= && { read -r number <"$1/submitted"; } 2>/dev/null || :
    find_comment "$1"
    while :; do
        case $rest in *"$its_name"*) ;; *) return 0 ;; esac
        line=${rest%%"$its_name"*} rest=${rest#*"$its_name"}
        line=${line##*"$newline"}
        its_number=${line#*|} its_number=${its_number%%|*}
        case $number/${rest%%"$newline"*} in
            "$its_number"/*) break ;;
            /"$comment") [ -n "$user" ] || is_owner "${line#*|*|}" "$1" && break ;;
        esac
        namesake=$its_number
    done
    slurm_state=${line%%|*} slurm_id=$its_number
    line=${line#*|*|*|} nodes=${line%%|*} why=${line##*|} expected=${line#*|} expected=${expected%%|*}
    [ -n "$number" ] || [ ! -O "$1" ] || printf '%s\n' "$slurm_id" 2>/dev/null >"$1/submitted" || :
}

# Checks whether the directory of a job belongs to the user of a line of squeue. Only root sees the jobs of others.
is_owner() { # USER|REST DIRECTORY
    [ "${1%%|*}" = "$(stat -c %U "$2" 2>/dev/null)" ]
}

# Sets comment to that of the submission from a control directory. A repeated submission has another one.
find_comment() { # DIRECTORY
    comment=unknown
    { read -r comment <"$1/begin_by"; } 2>/dev/null || :
    comment="loadshare $comment"
}

# Sets state, as the function of the same name for jobs of this host does. A status that has been recorded counts more
# than what Slurm says.
find_state() { # DIRECTORY
    ! has_ended "$1" || { explain_end "$1" && return; }
    ! { read -r loss <"$1/lost"; } 2>/dev/null || { state="lost $loss" && return; }
    look_up "$1"
    case $slurm_state in
        '')
            [ -e "$1/submitted" ] || ! may_begin "$1" || { state=starting && return; }
            if [ -d "$1" ]; then await_status "$1"; else state='lost gone'; fi
            ;;
        PENDING)
            if [ -e "$1/identity" ] && [ -n "$(find "$1/identity" -mmin +1 2>/dev/null)" ]; then lose "$1" REQUEUED
            else state="pending $expected $why"; fi # the reason is None until Slurm has looked at it
            ;;
        CONFIGURING) state="pending $expected its node boots" ;;
        BOOT_FAIL | CANCELLED | COMPLETED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | REVOKED | TIMEOUT)
            await_status "$1"
            ;;
        *)
            state=running
            [ ! -e "$1/missing" ] || rm -f "$1/missing"
            ;;
    esac
}

# Slurm has ended the job or has forgotten it. Waits for its status for a minute, because a home directory that is
# mounted here may show new files late. A job that never had a node has no status.
await_status() { # DIRECTORY
    ! has_ended "$1" || { explain_end "$1" && return; }
    if [ -z "$slurm_state" ] || [ -n "$nodes" ] || [ -e "$1/identity" ]; then
        state=running
        [ -e "$1/missing" ] || true 2>/dev/null >"$1/missing" || return 0
        [ -n "$(find "$1/missing" -mmin +1 2>/dev/null)" ] || return 0
    fi
    if [ -z "$slurm_state" ] && [ ! -e "$1/submitted" ] && [ ! -e "$1/identity" ]; then lose "$1" UNSTARTED && return; fi
    [ -n "$slurm_state" ] || find_past_state "$1"
    is_reason "$slurm_state" || {
        printed=$(find_printed_state "$1")
        case $slurm_state:$printed in
            COMPLETED:* | FAILED:*) slurm_state=${printed:-VANISHED} ;;
            ?*:CANCELLED) slurm_state=FORGOTTEN ;; # the node killed what its controller did not know
            *) slurm_state=${printed:-FORGOTTEN} ;;
        esac
    }
    lose "$1" "$slurm_state"
}

# Checks whether a state of Slurm explains that a job has no status.
is_reason() { # STATE
    case $1 in
        BOOT_FAIL | CANCELLED | DEADLINE | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | REVOKED | TIMEOUT) ;;
        *) return 1 ;;
    esac
}

# Prints the state of Slurm that explains what the node printed about the job's end. The node knows it even if the
# controller has forgotten the job, or lost it in a crash.
find_printed_state() { # DIRECTORY
    sed -n "$printed_reason" "$1/slurm" 2>/dev/null | head -n 1 | {
        read -r reason
        case $reason in
            'TIME LIMIT'*) echo TIMEOUT ;;
            PREEMPT*) echo PREEMPTED ;;
            'NODE FAIL'*) echo NODE_FAIL ;;
            'OUT OF MEMORY') echo OUT_OF_MEMORY ;;
            CANCELLED | REQUEUED) echo "$reason" ;;
        esac
    }
}

# Asks Slurm's accounting, where it exists, about a job that the controller has forgotten. The name matters, because a
# controller that lost its records begins again with the first number. A job that somebody cancelled is "CANCELLED by UID";
# without a UID, its controller lost it.
find_past_state() { # DIRECTORY
    { read -r slurm_id <"$1/submitted"; } 2>/dev/null || return 0
    slurm_state=$(timeout $answer_limit sacct --noheader --allocations --parsable2 --jobs="$slurm_id" --name="loadshare-${1##*/}" --format=State 2>/dev/null | head -n 1)
    [ "$slurm_state" != CANCELLED ] || slurm_state=FORGOTTEN
    slurm_state=${slurm_state%% *}
}

# Records that the job is lost, since Slurm forgets it soon. If Slurm ended its processes by signals, the job has that
# status, whether or not its wrapper lived long enough to record it.
lose() { # DIRECTORY REASON
    ! has_ended "$1" || { explain_end "$1" && return; }
    state="lost $2"
    if [ -e "$1/identity" ]; then
        case $2 in
            TIMEOUT) ended_by 'TIME LIMIT' "$1" && return ;;
            PREEMPTED) ended_by PREEMPTION "$1" && return ;;
            DEADLINE) ended_by DEADLINE "$1" && return ;;
        esac
    fi
    [ ! -O "$1" ] || printf '%s\n' "$2" 2>/dev/null >"$1/lost" || :
}

ended_by() { # REASON DIRECTORY
    [ -O "$2" ] && printf 'Slurm ended it: %s\n' "$1" 2>/dev/null >"$2/reason" &&
        printf '143\n' 2>/dev/null >"$2/status.new" && mv -f "$2/status.new" "$2/status" 2>/dev/null && has_ended "$2"
}

# Records why Slurm ended a job that failed.
explain_end() { # DIRECTORY
    [ "$code" -ne 0 ] && [ ! -e "$1/reason" ] && [ -O "$1" ] || return 0
    reason=$(sed -n "$printed_reason" "$1/slurm" 2>/dev/null | grep -v -x -E 'CANCELLED|REQUEUED' | head -n 1)
    [ -z "$reason" ] || printf 'Slurm ended it: %s\n' "$reason" 2>/dev/null >"$1/reason" || :
}

# Submits the prepared job. Needs the function submit, which runs sbatch with the batch script on stdin; Slurm prints into
# log. If sbatch fails, or gives no answer in time, the job is withdrawn, so that it does not run even if Slurm has
# accepted it.
begin_job() {
    may_begin "$directory" || { rm -rf "$directory" && words='failed it was to be submitted within a minute, and that is over' && return; }
    path=$directory log=$directory/slurm
    case $path in *\'*) path=$(printf %s "$path" | sed "s/'/'\\\\''/g") ;; esac
    case $log in *%*) log=$(printf %s "$log" | sed 's/%/%%/g') ;; esac
    limit=$((begin_by - uptime + 1))
    find_comment "$directory"
    batch="#!/bin/sh${newline}exec /bin/sh '$path/command' loadshare-job $id $slots"
    answer=$(cd && submit <<END 2>&1
$batch
END
)
    code=$?
    number=${answer%%;*}
    case $number in '' | *[!0-9]*) number=$(printf '%s\n' "$answer" | sed -n 's/^\([0-9][0-9]*\)\(;.*\)\{0,1\}$/\1/p' | head -n 1) ;; esac
    if [ $code -eq 0 ] && [ -n "$number" ]; then
        printf '%s\n' "$number" >"$directory/submitted"
        words="submitted $directory"
        return
    fi
    verdict=failed
    ! rejects "$answer" || verdict=rejected
    words="$verdict $(failure sbatch $code $limit "$answer")"
    withdraw_submitted || words="submitted $directory"
}

# Checks whether sbatch would reject the request again later, because Slurm can never fulfill it.
rejects() { # ANSWER
    case $1 in *' now'* | *inactive* | *' policy '* | *redential* | *unge* | *uota*) return 1 ;; esac
    printf %s "$1" | grep -q -i -E 'invalid|unrecognized|not available|not be satisfied|not permitted|denied|exceed'
}

# Makes sure that the job does not run, or fails if it has begun. A wrapper that starts later cannot write its identity.
withdraw_submitted() {
    rm -rf "$directory.withdrawn"
    mv "$directory" "$directory.withdrawn" 2>/dev/null || return
    [ ! -e "$directory.withdrawn/identity" ] || { mv "$directory.withdrawn" "$directory" && return 1; }
    (listed= && look_up "$directory.withdrawn" && [ -z "$slurm_id" ] || cancel) >/dev/null 2>&1 || :
    rm -rf "$directory.withdrawn"
}

find_first_start() {
    waited=0
    while [ -d "$directory" ] && [ ! -e "$directory/submitted" ] && [ $waited -lt 10 ] && may_begin "$directory"; do
        sleep 1
        waited=$((waited + 1))
    done
    if [ ! -e "$directory/submitted" ]; then
        found=$(look_up "$directory" && printf 'found %s|%s' "$slurm_state" "$namesake") # a failure of squeue says nothing about the job
        case $found in 'found '*) slurm_state=${found#found } ;; *) answer "begun $directory" && return ;; esac
        namesake=${slurm_state#*|} slurm_state=${slurm_state%%|*}
    fi
    if [ -e "$directory/submitted" ] || [ -n "$slurm_state" ]; then answer "submitted $directory"
    elif may_begin "$directory"; then answer "begun $directory"
    elif withdraw_submitted; then
        refuse "its submission to Slurm was begun in $directory and not finished${namesake:+; Slurm has a job $namesake of the same name, whose comment is not that of this submission: check it with 'scontrol show job $namesake'}"
    else answer "submitted $directory"; fi
}

# Ends the job by Slurm's signals, which reach all its processes: TERM, then KILL, which also ends the wrapper.
end_verified() { # GRACE
    find_state "$directory"
    case $state in running | starting | pending*) ;; *) answer "$state" && return ;; esac
    look_up "$directory"
    case $slurm_state in
        '') ;;
        RUNNING | SUSPENDED | STOPPED)
            cancel --signal=TERM --full
            await_end $(($1 * 5)) || { cancel --signal=KILL --full && end_status=137; }
            ;;
    esac
    has_ended "$directory" || {
        [ -z "$slurm_state" ] || cancel
        await_inactive || { answer "ending $slurm_id $slurm_state" && return; }
    }
    has_ended "$directory" || [ ! -O "$directory" ] || { reserve_status && record_status "$end_status"; }
    find_state "$directory"
    answer "$state"
}

cancel() { # OPTION...
    output=$(timeout $answer_limit scancel "$@" "$slurm_id" 2>&1)
    cancelled=$?
    [ $cancelled -eq 0 ] || case $output in
        *[Aa]lready* | *[Ii]nvalid\ job\ id* | *[Cc]omplet*) ;;
        *) refuse "$(failure scancel $cancelled $answer_limit "$output")" ;;
    esac
}

await_end() { # FIFTHS-OF-SECONDS
    waited=0
    until has_ended "$directory"; do
        [ $waited -lt "$1" ] || return
        nap
    done
}

await_inactive() {
    waited=0
    while [ $waited -lt 225 ]; do
        ! has_ended "$directory" || return 0
        listed=
        look_up "$directory"
        case $slurm_state in
            '' | BOOT_FAIL | CANCELLED | COMPLETED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | REVOKED | TIMEOUT) return ;;
        esac
        sleep 1
        waited=$((waited + 5))
    done
    return 1
}

# Lists the running and the waiting jobs of all users.
list_running() { # HOST NAME-OR-*
    ask_slurm
    printf %s "$listed" | while IFS='|' read -r slurm_state slurm_id user nodes expected why job remark; do
        case ${job#loadshare-} in $2) ;; *) continue ;; esac
        case $slurm_state/$user in */*[!A-Za-z0-9_.-]*) ;; RUNNING/* | PENDING/*) eval "home=~$user" && list "$home/.loadshare/$1" "${job#loadshare-}" ;; esac
    done
}
