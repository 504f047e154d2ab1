# The place for the status is taken when the job starts, so that it can be recorded on a disk that was filled meanwhile.
reserve_status() {
    printf '   \n' 2>/dev/null >"$directory/status.new"
}

record_status() { # STATUS
    printf '%3d\n' "$1" 2>/dev/null 1<>"$directory/status.new" && mv -f "$directory/status.new" "$directory/status" 2>/dev/null
}
