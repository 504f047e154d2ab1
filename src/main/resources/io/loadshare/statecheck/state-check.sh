# The part of "loadshare state check" that another process runs, perhaps on another host: one function for each
# question, called by the line after this text. Answers go to stdout after a mark that no output of a login shell can
# contain.

say() {
    printf '%s %s\n' "$mark" "$*"
}

# Waits up to $3 tenths of a second until the file $1 contains the text $2, which shows that this directory is the same
# one; answers with the number of tenths it took.
await() {
    tenths=0
    until [ -r "$1" ] && grep -qs -e "$2" "$1"; do
        [ "$tenths" -lt "$3" ] || { say unseen; return; }
        tenths=$((tenths + 1))
        sleep 0.1
    done
    say seen "$tenths"
}

# Reads a file, and looks for another that does not exist, so that this machine may cache both results.
remember() {
    if [ -r "$1" ] && read -r line <"$1"; then say "read $line"; else say unseen; fi
    [ ! -e "$2" ] || say "found $2"
}

# Creates a file that must not exist.
create() {
    if (set -C && : >"$1") 2>/dev/null; then say made; else say exists; fi
}

# Tries to take a fcntl lock on a file and releases it at once. flock(1) takes such a lock only on NFS.
lock() {
    if command -v python3 >/dev/null; then
        python3 -c 'import fcntl, sys
with open(sys.argv[1], "r+") as f:
    try:
        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print(sys.argv[2], "taken")
    except (BlockingIOError, PermissionError):
        print(sys.argv[2], "held")
    except OSError as e:
        print(sys.argv[2], "refused", e.strerror)' "$1" "$mark"
    elif command -v perl >/dev/null; then
        perl -e 'use Fcntl; use Errno qw(EAGAIN EACCES);
open(my $f, "+<", $ARGV[0]) or die $!;
my $lock = pack("s s x![8] q q l x![8]", F_WRLCK, 0, 0, 0, 0);
my $answer = fcntl($f, F_SETLK, $lock) ? "taken" : $! == EAGAIN || $! == EACCES ? "held" : "refused $!";
print "$ARGV[1] $answer\n";' "$1" "$mark"
    elif command -v flock >/dev/null && [ "$(stat -f -c %T "$1")" = nfs ]; then
        if flock -n "$1" true; then say taken; else say held; fi
    else
        say untested
    fi
}

# Replaces the file $1 with whole texts of 1000 equal letters, $2 times.
replace() {
    i=0
    while [ "$i" -lt "$2" ]; do
        for letter in a b; do
            printf '%01000d' 0 | tr 0 "$letter" >"$1.new" && mv -f "$1.new" "$1" || { say failed; return; }
        done
        i=$((i + 1))
    done
    say done
}

clock() {
    say "$(date +%s.%N)"
}
