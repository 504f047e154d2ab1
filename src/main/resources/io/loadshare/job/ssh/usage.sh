# Records what the programs of the job used, and exits. The second line of times is the user and the system time of the
# processes that the wrapper waited for. Where perl is installed, a third line contains the peak memory of the largest
# of them in kilobytes: the kernel reports it only to the wrapper itself, whose process becomes perl.
record_usage() { # STATUS
    { command times >"$directory/usage" && command -v perl >/dev/null; } 2>/dev/null || exit "$1"
    exec perl -MConfig -e '
        ($file, $status) = @ARGV;
        %getrusage = (x86_64 => 98, aarch64 => 165);
        ($machine) = $Config{archname} =~ /^(\w+)/;
        $usage = "\0" x 144;
        print $out +(unpack "q5", $usage)[4], "\n"
            if $getrusage{$machine} and syscall($getrusage{$machine}, -1, $usage) == 0 and open $out, ">>", $file;
        exit $status;' "$directory/usage" "$1"
}
