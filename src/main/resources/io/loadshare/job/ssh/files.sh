# Lists and sends the regular files below the current directory. Symbolic links are never followed.
newline='
'

enter_directory() { # DIRECTORY
    cd || refuse 'its home directory cannot be entered'
    cd -- "$1" 2>/dev/null || refuse 'the directory does not exist on the host or cannot be entered'
    root=$(pwd -P; printf x)
    root=${root%"${newline}x"}
    [ "$root" != / ] || root=
    answer entered
}

# Whether no component of a path is a symbolic link. The last x keeps line ends of the name.
is_direct() { # PATH
    real=$(readlink -f -- "./$1"; printf x)
    [ "$real" = "$root/$1${newline}x" ]
}

# Prints records that end with NUL: "file SIZE MTIME PATH", "link PATH", and at last "end STATUS" with that of find.
list_files() { # PATH...
    status=0
    for path; do
        [ -L "./$path" ] || [ -e "./$path" ] || continue
        if [ "$path" = . ] || is_direct "$path"; then
            [ "$path" = . ] || path=./$path
            find -P "$path" \( -type f -printf 'file %s %T@ %p\0' -o -type l -printf 'link %p\0' \) 2>/dev/null || status=1
        else
            printf 'link ./%s\0' "$path"
        fi
    done
    printf 'end %s\0' $status
}

# Sends "file COUNT", the COUNT bytes after an offset, and a newline; or "changed" if it is not the listed file any more.
send_file() { # PATH SIZE OFFSET
    if is_direct "$1" && [ -f "./$1" ] && [ "$(stat -c %s -- "./$1")" = "$2" ]; then
        answer "file $(($2 - $3))"
        tail -c "+$(($3 + 1))" -- "./$1" | head -c $(($2 - $3))
        echo
    else
        answer changed
    fi
}
