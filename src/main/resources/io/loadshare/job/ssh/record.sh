# Reserves the disk space for the status when the job starts, so that the status can be recorded even if the disk fills
# up meanwhile.
reserve_status() {
    printf '   \n' 2>/dev/null >"$directory/status.new"
}

record_status() { # STATUS
    printf '%3d\n' "$1" 2>/dev/null 1<>"$directory/status.new" && mv -f "$directory/status.new" "$directory/status" 2>/dev/null
}
