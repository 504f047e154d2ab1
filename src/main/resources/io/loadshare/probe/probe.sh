# Measures this host and prints a report between two marker lines, with POSIX sh and awk only.
#
# sh reads this script on stdin, after lines that set: nonce (which the markers contain), licenses (lines
# "PROCESS<tab>FEATURE"), check (the sh text of a site, or empty) and limit (the seconds that the check may take).
# Another scheduler that starts the script sets owner, a process whose descendants count as jobs of loadshare, and
# owner_mark, an environment variable that identifies descendants that have lost their parents. All code is in functions
# that the last line calls, so a truncated script does nothing. Every process counts where many hosts are measured at
# once: on a quiet host the script starts four (a look into the home directory, nproc, sleep, awk).

loadshare_probe() {
    PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH LC_ALL=C
    export PATH LC_ALL
    unset OMP_NUM_THREADS OMP_THREAD_LIMIT # nproc would use them as the number of cores
    printf '\nloadshare-begin %s\n' "$nonce"
    if ! { read -r load </proc/loadavg; } 2>/dev/null; then
        echo 'failure=/proc/loadavg cannot be read: the probe needs Linux with /proc mounted'
    elif ! command -v awk >/dev/null; then
        echo 'failure=awk is missing: install mawk, gawk or busybox'
    elif complete=no; [ -r /proc/1/stat ] && complete=yes; check_home; find_logins; cores=$(nproc); measure_retried; then
        home_answers || report_stall
        [ -z "$check" ] || complain
        echo end=loadshare-report
    else
        echo 'failure=awk could not read /proc'
    fi
    printf 'loadshare-end %s\n' "$nonce"
}

# Looks into the home directory, in a process of its own that may hang as long as the file system does.
check_home() {
    (cd && [ -r . ]) >/dev/null 2>&1 </dev/null &
    home_check=$!
}

# Returns whether the look into the home directory has ended within two seconds. A process that has ended and that nobody
# has waited for is a zombie.
home_answers() {
    looks=0
    while { read -r stat <"/proc/$home_check/stat"; } 2>/dev/null && case $stat in *') Z '*) false ;; esac; do
        [ $((looks += 1)) -le 20 ] || return 1
        sleep 0.1
    done
}

report_stall() {
    kill -9 "$home_check"
    printf 'stalled=the home directory %.300s did not answer within 2 s\n' "$HOME"
}

# Sets logins to lines, one for each login, and login_field to the field number of the user name in them: 0 if it is
# unknown.
find_logins() {
    logins='' login_field=0
    if [ -r /run/utmp ] && command -v who >/dev/null; then
        [ ! -s /run/utmp ] || logins=$(who)
        login_field=1
    elif [ -d /run/systemd/sessions ] && logins=$(timeout 2 loginctl --no-legend list-sessions 2>/dev/null); then
        login_field=3
    fi
}

# Reports the first line that a failing check prints as the complaint of the host.
complain() {
    timed=
    ! command -v timeout >/dev/null || timed="timeout -k 1 $limit"
    words=$({ $timed sh -c "$check" 2>&1 </dev/null; printf '\nstatus %s\n' $?; } | sed -n '1p;$p')
    case $words in
        *"status 0") return ;;
        *"status 124" | *"status 137" | *"status 143") words="check did not end within $limit s" ;;
        "
"*) words="check ended with ${words#?} and said nothing" ;;
    esac
    printf 'complaint=%.500s\n' "${words%%
*}"
}

# Measures, with two retries: some awks fail when a process ends after they open and before they read its file. The last
# try reads processes instead of threads: their names fit on a command line however many threads exist.
measure_retried() {
    measure '/proc/[0-9]*/task/[0-9]*/stat' || measure '/proc/[0-9]*/task/[0-9]*/stat' || measure '/proc/[0-9]*/stat'
}

# Prints the lines of a report on the threads whose stat files match a pattern. awk waits on its stdin for the end of
# sleep before the last look: this pause is longer than the bursts of daemons and desktops, which must not count, and
# shorter than the phases of real work, more of which a longer pause would miss. (An apostrophe in a comment would end
# the awk program.)
measure() { # PATTERN
    # shellcheck disable=SC2016,SC2086
    sleep 0.05 | load=$load cores=$cores complete=$complete logins=$logins login_field=$login_field licenses=$licenses owner=${owner-} owner_mark=${owner_mark-} shell=$$ awk '
function first_line(file,    line) {
    if ((getline line < file) <= 0)
        line = ""
    close(file)
    return line
}

# Reads one thread from its stat file: sets state, parent, session and comm. The name may contain blanks and
# parentheses.
function read_thread(path,    line, fields, end) {
    line = first_line(path)
    if (!match(line, /^.*\) /))
        return 0
    end = RLENGTH
    comm = substr(line, index(line, "(") + 1, end - index(line, "(") - 2)
    split(substr(line, end + 1, 60), fields, " ")
    state = fields[1]
    parent = fields[2]
    session = fields[4]
    return 1
}

# Returns the words of a command line, each between blanks.
function arguments(pid) {
    return words_of("/proc/" pid "/cmdline")
}

# Returns the words of a file in which NUL separates them, which some awks take for an end of line.
function words_of(source,    line, text, count) {
    if (cuts_at_nul) {
        source = "tr \"\\000\" \" \" <" source
        while ((source | getline line) > 0)
            text = text " " line
    } else
        while (count++ < 1000 && (getline line < source) > 0)
            text = text " " line
    close(source)
    gsub(/[^!-~]/, " ", text)
    return text " "
}

# Returns a line of the status of a process, with its name, or nothing.
function status_line(pid, name,    file, line, found) {
    file = "/proc/" pid "/status"
    while (found == "" && (getline line < file) > 0)
        if (index(line, name ":") == 1)
            found = line
    close(file)
    return found
}

function real_uid(pid,    words) {
    split(status_line(pid, "Uid"), words, "\t")
    return words[2]
}

# Returns whether a process has a further ID in a PID namespace of its own, as in a container.
function is_in_container(pid,    words) {
    return split(status_line(pid, "NSpid"), words, "\t") > 2
}

# Reads all threads once.
function look(    i, path, pid) {
    for (i = 1; i < ARGC; i++) {
        split(ARGV[i], path, "/")
        pid = path[3]
        if (!read_thread(ARGV[i]))
            continue
        if (path[4] == "stat" || path[5] == pid) {
            parents[pid] = parent
            sessions[pid] = session
            names[pid] = comm
            if (state !~ /[ZX]/)
                look_at_process(pid)
        }
        if (state ~ /[RD]/)
            runnable[ARGV[i]] = pid SUBSEP session
    }
}

function look_at_process(pid,    text) {
    if (comm == "loadshare-agent" && !is_in_container(pid))
        agent = "agent=yes\n"
    if (comm in features || is_desktop(comm))
        uids[pid] = real_uid(pid)
    if (pid == session && (text = arguments(pid)) ~ / loadshare-job [^ ]+ [0-9]+ /) {
        match(text, / loadshare-job [^ ]+ [0-9]+ /)
        jobs[pid] = substr(text, RSTART + 15, RLENGTH - 16)
        uids[pid] = real_uid(pid)
    }
}

# Removes threads that are no longer runnable or in uninterruptible sleep.
function look_again(    path) {
    for (path in runnable)
        if (!read_thread(path) || state !~ /[RD]/)
            delete runnable[path]
}

# Keeps the lowest count of runnable threads that the kernel reports. The kernel counts the threads of the whole
# machine, also for a container, so its count is used only where /proc hides the processes of others and no other count
# exists. The reader of /proc/loadavg is itself runnable.
function sample(line,    fields) {
    split(line, fields, "[ /]")
    if (fewest == "" || fields[4] - 1 < fewest)
        fewest = fields[4] < 1 ? 0 : fields[4] - 1
    loads = line
}

# Returns whether a process is the probe or started it: this process, its shell, the children of that shell, and sshd
# above it.
function is_probe(pid) {
    return pid in above || parents[pid] == ENVIRON["shell"]
}

function find_above(    pid) {
    pid = ENVIRON["shell"]
    do {
        above[pid]
        pid = parents[pid]
    } while (names[pid] ~ /^(sshd|dropbear)/)
}

# Returns whether another scheduler runs a process: a descendant of its own process, or of a process that has its mark.
function is_owned(pid) {
    for (; ENVIRON["owner"] != "" && pid > 1; pid = parents[pid])
        if (parents[pid] == ENVIRON["owner"] || has_mark(pid))
            return 1
    return 0
}

function has_mark(pid) {
    if (!(pid in marks))
        marks[pid] = ENVIRON["owner_mark"] != "" && index(words_of("/proc/" pid "/environ"), " " ENVIRON["owner_mark"] "=")
    return marks[pid]
}

function count_runnable(    path, ids) {
    find_above()
    for (path in runnable) {
        split(runnable[path], ids, SUBSEP)
        if (!is_probe(ids[1])) {
            all++
            of_session[ids[2]]++
            own += (ids[2] in jobs) || is_owned(ids[1])
        }
    }
}

# Adds up the memory of each job: of the processes in its session, without the files that they map.
function find_job_memory(    pid, line, words) {
    for (pid in sessions)
        if (sessions[pid] in jobs) {
            while ((getline line < ("/proc/" pid "/status")) > 0)
                if (line ~ /^Rss(Anon|Shmem):/ && split(line, words, /:[ \t]+/) == 2)
                    used[sessions[pid]] += words[2] * 1024
            close("/proc/" pid "/status")
        }
}

# Reads the limits of control groups, from the own group up to the root.
function find_limits(    line, part, path) {
    while ((getline line < "/proc/self/cgroup") > 0) {
        split(line, part, ":")
        path = substr(line, length(part[1]) + length(part[2]) + 3)
        if (part[2] == "")
            climb("/sys/fs/cgroup" (first_line("/sys/fs/cgroup/cgroup.controllers") == "" ? "/unified" : ""), path, 2)
        else if ("," part[2] "," ~ /,(cpu|memory),/)
            climb("/sys/fs/cgroup/" ("," part[2] "," ~ /,cpu,/ ? "cpu" : "memory"), path, 1)
    }
    close("/proc/self/cgroup")
}

function climb(root, path, version) {
    for (;;) {
        if (version == 2)
            limit(root path, first_line(root path "/cpu.max"), "memory.max", "memory.current", "inactive_file")
        else
            limit(root path, first_line(root path "/cpu.cfs_quota_us") " " first_line(root path "/cpu.cfs_period_us"),
                "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        if (path !~ /[^\/]/)
            return
        sub(/\/[^\/]*$/, "", path)
    }
}

function limit(directory, quota, most, used, cache,    words, bytes, line, rest) {
    if (split(quota, words, " ") == 2 && words[1] + 0 > 0 && words[2] + 0 > 0 && words[1] / words[2] < cores)
        cores = words[1] / words[2]
    bytes = first_line(directory "/" most)
    if (bytes !~ /^[0-9]+$/ || bytes + 0 >= memory["MemTotal"])
        return
    memory["MemTotal"] = bytes + 0
    rest = bytes - first_line(directory "/" used)
    while ((getline line < (directory "/memory.stat")) > 0)
        if (split(line, words, " ") == 2 && words[1] == cache)
            rest += words[2]
    close(directory "/memory.stat")
    if (rest < memory["MemAvailable"])
        memory["MemAvailable"] = rest > 0 ? rest : 0
}

# Prints the percentage of the last ten seconds in which some task waited for a resource, where the kernel measures it.
function print_pressure(key, resource,    line) {
    line = first_line("/proc/pressure/" resource)
    if (match(line, /avg10=[0-9.]+/))
        printf "%s=%s\n", key, substr(line, RSTART + 6, RLENGTH - 6)
}

function find_memory(    line, words) {
    while ((getline line < "/proc/meminfo") > 0 && line !~ /^SwapTotal/) {
        split(line, words, /:? +/)
        memory[words[1]] = words[2] * 1024
    }
    close("/proc/meminfo")
    if (!("MemAvailable" in memory))
        memory["MemAvailable"] = memory["MemFree"] + memory["Buffers"] + memory["Cached"]
}

# Finds the login names of all uids; a uid without a name is its own name.
function find_users(    pid, line, words, missing, command) {
    for (pid in uids)
        users[uids[pid]] = ""
    while ((getline line < "/etc/passwd") > 0)
        name_user(line)
    for (uid in users)
        if (users[uid] == "") {
            users[uid] = uid
            missing = missing " " uid
        }
    if (missing != "") {
        command = "timeout 2 getent passwd" missing
        while ((command | getline line) > 0)
            name_user(line)
    }
}

function name_user(line,    words) {
    split(line, words, ":")
    if (words[3] in users && (users[words[3]] == "" || users[words[3]] == words[3]))
        users[words[3]] = words[1]
}

# Returns whether no ancestor of this process has the same name.
function is_topmost(pid,    ancestor) {
    for (ancestor = parents[pid]; ancestor > 1; ancestor = parents[ancestor])
        if (names[ancestor] == names[pid])
            return 0
    return 1
}

# Returns whether a program is an X server that is shown by VNC: Xvnc, Xtigervnc, Xvnc4. Mirrors of another display
# (x11vnc, X0tigervnc) and viewers (xtigervncviewer) do not count.
function is_desktop(name) {
    return name ~ /^X[a-z]*vnc/ && name !~ /viewer/
}

# Reads the command line of a VNC server: sets display, and rfb_socket and rfb_port, where it listens for viewers. The
# display is an argument of the server, or, where the server chose the display (-inetd, -displayfd), that of its lock.
function read_desktop(pid,    command, line, option) {
    display = rfb_socket = rfb_port = ""
    command = "tr \"\\000\" \"\\n\" <" "/proc/" pid "/cmdline"
    while ((command | getline line) > 0) {
        if (display == "" && line ~ /^:[0-9]+(\.[0-9]+)?$/ && option !~ /^-+(desktop|name)$/)
            display = line
        if (option ~ /^-+rfbunixpath$/ || sub(/^-*rfbunixpath=/, "", line))
            rfb_socket = line
        if (option ~ /^-+rfbport$/ || sub(/^-*rfbport=/, "", line))
            rfb_port = line
        if (line ~ /^-+inetd$/)
            rfb_port = "inetd"
        option = line
    }
    close(command)
    command = "grep -lsE \"^ *" pid "$\" /tmp/.X*-lock"
    if (display == "" && (command | getline line) > 0 && match(line, /[0-9]+-lock$/))
        display = ":" substr(line, RSTART, RLENGTH - 5)
    close(command)
    if (rfb_port == "" && rfb_socket == "" && display != "")
        rfb_port = 5900 + substr(display, 2)
    if (display == "")
        display = "?"
}

# Finds the Unix sockets and the TCP ports of this machine that have connections.
function find_connections(    line, words, file) {
    while ((getline line < "/proc/net/unix") > 0)
        if (split(line, words, " ") == 8 && words[6] == "03")
            connected[words[8]]
    close("/proc/net/unix")
    for (file = "/proc/net/tcp"; file != ""; file = (file ~ /6$/ ? "" : "/proc/net/tcp6")) {
        while ((getline line < file) > 0)
            if (split(line, words, " ") > 4 && words[4] == "01")
                connected[substr(words[2], length(words[2]) - 3)]
        close(file)
    }
}

# Finds when each user last typed in a terminal, and when the logs of VNC servers that this user may read last changed,
# as seconds before now. A VNC server writes to its log when a viewer connects or disconnects. The home directory with
# the log may hang.
function find_last_use(servers,    command, line, words, path, now, count) {
    command = "date +%s; stat -c \"%X %u\" /dev/pts/[0-9]* 2>/dev/null; timeout -s KILL 2 stat -L -c \"%Y %n %F\"" servers " 2>/dev/null"
    while ((command | getline line) > 0) {
        count = split(line, words, " ")
        if (count == 1)
            now = words[1]
        else if (count == 2 && (!(words[2] in typed) || now - words[1] < typed[words[2]]))
            typed[words[2]] = now - words[1]
        else if (words[3] == "regular" && split(words[2], path, "/"))
            logged[path[3]] = now - words[1]
    }
    close(command)
}

# Returns the seconds since a process started. The kernel counts in hundredths of a second.
function age_of(pid,    line, fields, uptime) {
    line = first_line("/proc/" pid "/stat")
    if (!match(line, /^.*\) /) || split(substr(line, RLENGTH + 1), fields, " ") < 20)
        return -1
    split(first_line("/proc/uptime"), uptime, " ")
    return uptime[1] - fields[20] / 100
}

# Prints the desktops. One without a viewer has been idle since its viewer disconnected, as its log shows, or otherwise
# since its user last typed in a terminal on this host.
function print_desktops(    pid, servers, age, idle) {
    for (pid in uids)
        if (is_desktop(names[pid]) && is_topmost(pid)) {
            read_desktop(pid)
            displays[pid] = display
            sockets[pid] = rfb_socket
            ports[pid] = rfb_port ~ /^[0-9]+$/ ? sprintf("%04X", rfb_port) : rfb_port
            servers = servers " /proc/" pid "/fd/2"
        }
    if (servers == "")
        return
    find_connections()
    find_last_use(servers)
    for (pid in displays) {
        age = age_of(pid)
        idle = -1
        if ((sockets[pid] in connected) || (ports[pid] in connected))
            idle = 0
        else if (pid in logged)
            idle = logged[pid] < 0 ? 0 : logged[pid]
        else if (uids[pid] in typed && ports[pid] != "inetd")
            idle = typed[uids[pid]] < 0 ? 0 : typed[uids[pid]]
        if (age >= 0 && idle > age)
            idle = age
        printf "desktop=%s\t%s\t%s\t%s\n", users[uids[pid]], displays[pid], seconds(age), seconds(idle)
    }
}

# Returns a duration as the report contains it.
function seconds(duration) {
    return duration < 0 ? "-" : sprintf("%.0f", duration)
}

function print_lists(    pid, name, n, i, lines, words, holders) {
    for (pid in jobs) {
        split(jobs[pid], words, " ")
        printf "job=%s\t%s\t%s\t%d\t%.0f\n", words[1], words[2], users[uids[pid]], of_session[pid], used[pid]
    }
    for (pid in uids) {
        if (!is_topmost(pid))
            continue
        if (names[pid] in features)
            holders[names[pid] SUBSEP users[uids[pid]]]++
    }
    for (name in holders) {
        split(name, words, SUBSEP)
        n = split(features[words[1]], lines, "\n")
        for (i = 1; i < n; i++)
            printf "license=%s\t%s\t%d\n", lines[i], words[2], holders[name]
    }
}

# Prints the logins. A logind session without a seat or a terminal does not count as a login: that of cron, of a
# manager, or of this probe.
function print_logins(    field, n, i, lines, words, seen, count, text) {
    field = ENVIRON["login_field"]
    if (field == 0)
        return
    n = split(ENVIRON["logins"], lines, "\n")
    for (i = 1; i <= n; i++)
        if (split(lines[i], words, " ") && (field == 1 || lines[i] ~ / (seat|tty|pts)/) && !(words[field] in seen)) {
            seen[words[field]]
            text = text "user=" words[field] "\n"
            count++
        }
    printf "users=%d\n%s", count, text
}

BEGIN {
    n = split(ENVIRON["licenses"], lines, "\n")
    for (i = 1; i <= n; i++)
        if (split(lines[i], words, "\t") == 2)
            features[substr(words[1], 1, 15)] = features[substr(words[1], 1, 15)] words[2] "\n"
    cuts_at_nul = arguments("self") !~ / \/proc\/[0-9]/
    sample(ENVIRON["load"])
    look()
    sample(first_line("/proc/loadavg"))
    look_again()
    cores = ENVIRON["cores"] + 0
    if (cores < 1)
        while ((getline line < "/proc/cpuinfo") > 0)
            cores += line ~ /^processor/
    find_memory()
    find_limits()
    find_users()
    find_job_memory()
    ARGC = 1
    getline
    sample(first_line("/proc/loadavg"))
    look_again()
    count_runnable()
    split(loads, load, "[ /]")
    split(first_line("/proc/uptime"), uptime, " ")
    printf "loadshare-report=1\nbootId=%s\nuptime=%s\n", first_line("/proc/sys/kernel/random/boot_id"), uptime[1]
    printf "load1=%s\nload5=%s\nload15=%s\nrunning=%s\ntotal=%s\n", load[1], load[2], load[3], load[4], load[5]
    printf "cores=%.6f\nmemoryTotal=%.0f\nmemoryAvailable=%.0f\n", cores, memory["MemTotal"], memory["MemAvailable"]
    printf "runnable=%d\nownRunnable=%d\ncomplete=%s\n", (ENVIRON["complete"] == "yes" || all > fewest ? all : fewest), own, ENVIRON["complete"]
    print_pressure("pressureIo", "io")
    print_pressure("pressureMemory", "memory")
    print_lists()
    print_desktops()
    printf "%s", agent
    print_logins()
}' $1
}

loadshare_probe
