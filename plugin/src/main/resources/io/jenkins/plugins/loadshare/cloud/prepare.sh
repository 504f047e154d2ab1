# Finds the Java for a Jenkins agent, and prepares the directory of agents.
# Needs wanted (the path of java, or empty), least (the oldest version), agents (a path, which may begin with ~/) and
# jar (a file name). Answers "java PATH" or "none FOUND", then "directory PATH", and "jar" if the file exists.
below_home() { # PATH
    case $1 in '~/'*) expanded=$HOME/${1#??} ;; *) expanded=$1 ;; esac
}

# Reads the version from the file that each installation has, since java itself takes longer to print it.
read_version() { # PATH
    home=$(readlink -f "$1") && home=${home%/bin/java} home=${home%/jre}
    version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$home/release" 2>/dev/null)
    [ -n "$version" ] ||
        version=$("$1" -version 2>&1 </dev/null |
            sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1)
}

# Sets java if this one is new enough.
try_java() { # PATH
    [ -z "$java" ] && [ -f "$1" ] && [ -x "$1" ] || return 0
    read_version "$1"
    found="$found${found:+, }$1 (${version:-version unknown})"
    [ "${version:-0}" -lt "$least" ] || java=$1
}

prepare_agent() {
    java= found=
    if [ -n "$wanted" ]; then
        below_home "$wanted"
        try_java "$expanded"
    else
        [ -z "$JAVA_HOME" ] || try_java "$JAVA_HOME/bin/java"
        try_java "$(command -v java)"
        for each in /usr/lib/jvm/*/bin/java; do try_java "$each"; done
    fi
    if [ -z "$java" ]; then
        printf 'none %s\n' "$found"
        return
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
