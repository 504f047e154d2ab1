# On a node of a Slurm cluster: the job begins whenever Slurm starts it, but only once, even if somebody requeues it.
may_begin() {
    :
}

[ "$1" != loadshare-job ] || [ ! -e "${0%/*}/identity" ] || {
    printf 'loadshare: job %s has run before and is not run again\n' "$id" >&2
    exit 75
}
