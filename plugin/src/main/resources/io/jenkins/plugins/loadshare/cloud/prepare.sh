# Finds the Java for a Jenkins agent, and prepares the directory of agents. Follows java.sh.
# Needs wanted (the path of java, or empty), agents (a path, which may begin with ~/), jar (a file name), and cluster: yes
# for the login host of a cluster, whose nodes look for Java themselves. Answers "java PATH" or "none FOUND", then
# "directory PATH", and "jar" if the file exists.
prepare_agent() {
    java=
    if [ "$cluster" = no ]; then
        find_java "$wanted"
        if [ -z "$java" ]; then
            printf 'none %s\n' "$found"
            return
        fi
    fi
    below_home "$agents"
    (umask 077 && mkdir -p "$expanded") 2>/dev/null
    if ! [ -d "$expanded" ] || ! [ -w "$expanded" ]; then
        printf 'unwritable %s\n' "$expanded"
        return
    fi
    printf 'java %s\ndirectory %s\n' "$java" "$expanded"
    sum=${jar#agent-} sum=${sum%.jar}
    # shellcheck disable=SC2046
    [ -O "$expanded/$jar" ] && set -- $(sha256sum <"$expanded/$jar") && [ "$1" = "$sum" ] && echo jar
    return 0
}
