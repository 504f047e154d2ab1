# An answer stands between markers, before which a profile may print what it likes.
begin_answer() {
    printf '\n%s\n' '#loadshare-begin'
}

end_answer() {
    printf '\n%s\n' '#loadshare-end'
}

answer() { # LINE
    printf '%s\n' "$*"
}

refuse() { # WHY
    answer "failed $1"
    end_answer
    exit
}

# Some logins set options for each grep.
grep() {
    GREP_OPTIONS='' command grep "$@"
}
