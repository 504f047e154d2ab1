# Prints the states of many jobs, then the next part of their output: "root ROOT", for each job "state NAME STATE", then
# for each of its files "output NAME SIZE COUNT" (or stdout), COUNT bytes and a newline.
# An argument JOB is "NAME PID START BOOT OFFSET-IN-OUTPUT OFFSET-IN-STDOUT"; the directory of the job is ROOT/NAME.
newline='
'

poll() { # ROOT JOB...
    root=$1
    shift
    answer "root $root"
    files=
    for job; do
        set_job $job
        find_state "$root/$name" $remembered
        answer "state $name $state"
        files="$files $name/output $name/stdout"
    done
    sizes=$(cd "$root" 2>/dev/null && stat -c '%n %s' $files 2>/dev/null)$newline
    for job; do
        set_job $job
        send output "$offset"
        send stdout "$stdout_offset"
    done
}

set_job() {
    name=$1 remembered="$2 $3 $4" offset=$5 stdout_offset=$6
    [ "$2" != - ] || remembered=
}

# Sends the bytes after an offset. most limits the bytes of one file, budget the bytes of all files together. sizes
# contains one line for each existing file, in the order in which the files are sent.
send() { # FILE OFFSET
    line=${sizes%%"$newline"*}
    case $line in "$name/$1 "*) ;; *) return 0 ;; esac
    sizes=${sizes#*"$newline"}
    size=${line##* }
    count=$((size - $2))
    [ $count -le $most ] || count=$most
    [ $count -le $budget ] || count=$budget
    [ $count -ge 0 ] || count=0
    budget=$((budget - count))
    answer "$1 $name $size $count"
    [ $count -eq 0 ] || tail -c "+$(($2 + 1))" "$root/$name/$1" | head -c $count
    echo
}
