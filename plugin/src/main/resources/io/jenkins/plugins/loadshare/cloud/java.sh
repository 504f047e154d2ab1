# Finds a Java for a Jenkins agent. Needs least, the oldest version.
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

# Sets java to the first Java that is new enough, or to nothing, and found to what was found.
find_java() { # WANTED: the path of the Java; empty to search
    java= found=
    if [ -n "$1" ]; then
        below_home "$1"
        try_java "$expanded"
    else
        [ -z "$JAVA_HOME" ] || try_java "$JAVA_HOME/bin/java"
        try_java "$(command -v java)"
        for each in /usr/lib/jvm/*/bin/java; do try_java "$each"; done
    fi
}
