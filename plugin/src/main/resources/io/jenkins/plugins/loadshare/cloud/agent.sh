# The job that holds the place of a Jenkins agent, and the script of its connections. Follows java.sh.
# Two named pipes join the controller and the JVM, so the JVM belongs to the job: its load, its limits and its end. A new
# connection, as after a restart of the controller, gets a new JVM; processes that a build has left running, such as those
# of sh steps, stay. In a Slurm cluster, both the job and its connections run on the node, which its pipes do not leave.
cd "${0%/*}" || exit 74

# Sets java to that of the host, or looks for it on a node of a cluster.
choose_java() {
    java=$LOADSHARE_AGENT_JAVA
    [ -z "$java" ] || return 0
    find_java "$LOADSHARE_AGENT_JAVA_WANTED"
    [ -n "$java" ] || {
        echo "Node ${SLURMD_NODENAME:-$(hostname)} has no Java $least or newer for a Jenkins agent (found:" \
            "${found:-nothing at ${LOADSHARE_AGENT_JAVA_WANTED:-JAVA_HOME, PATH and /usr/lib/jvm}}). Install one there," \
            "or set agents, java in Manage Jenkins, System, Loadshare"
        exit 69
    }
}

# Runs one JVM at a time, for the newest connection.
hold() {
    choose_java
    (umask 077 && mkfifo next) && exec 3<>next || exit 74
    agent=
    while read -r number <&3; do
        if [ -n "$agent" ]; then
            kill -KILL "$agent" 2>/dev/null
            wait "$agent" 2>/dev/null
        fi
        "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true \
            -jar "$LOADSHARE_AGENT_JAR" -jar-cache "$LOADSHARE_AGENT_CACHE" \
            2>"$number.log" <"$number.in" >"$number.out" 3<&- &
        agent=$!
    done
}

# Copies between our streams and the JVM that the job starts for them. Its environment names the job, which ends it.
connect() { # NUMBER
    umask 077
    read -r holder rest 2>/dev/null <identity
    if [ -e status ] || ! [ -d "/proc/$holder" ]; then
        echo 'the job of this agent has ended' >&2
        exit 69
    fi
    tries=0
    until [ -p next ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || { echo 'the job of this agent does not take a connection' >&2; exit 69; }
        sleep 0.1
    done
    mkfifo "$1.in" "$1.out" || exit 74
    exec 4<&0 </dev/null
    cat <&4 >"$1.in" 4<&- &
    feeder=$!
    exec 4<&-
    # Opening a pipe waits for the job, so somebody must look whether the job ends before that.
    (while kill -0 $$ && [ -d "/proc/$holder" ] && ! [ -e status ]; do sleep 0.5; done; kill "$feeder" $$) >/dev/null 2>&1 &
    guard=$!
    echo "$1" >next
    exec 5<"$1.out"
    kill "$guard" 2>/dev/null
    cat <&5
    kill "$feeder" 2>/dev/null
    tail -c 2000 "$1.log" >&2
    rm -f "$1.in" "$1.out" "$1.log"
}

case $1 in
    connect) connect "$2" ;;
    *) hold ;;
esac
