# Encloses an answer in marker lines; a profile may print anything before the first marker.
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

# Some logins set options for every grep.
grep() {
    GREP_OPTIONS='' command grep "$@"
}
