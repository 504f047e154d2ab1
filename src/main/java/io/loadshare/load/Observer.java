package io.loadshare.load;

import java.util.Objects;

/**
 * The user and machine that measured hosts: what one observer cannot see may be plain to another.
 *
 * @param machine empty if only the user is known
 */
public record Observer(String user, String machine) {

    public Observer {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(machine, "machine");
    }

    /** Written out, like {@link #hashCode}: the generated methods of a record are linked at run time, at every start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Observer observer && user.equals(observer.user) && machine.equals(observer.machine);
    }

    @Override
    public int hashCode() {
        return 31 * user.hashCode() + machine.hashCode();
    }

    /** Reads what {@link #toString} prints. */
    public static Observer parse(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? new Observer(text, "") : new Observer(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public String toString() {
        return machine.isEmpty() ? user : user + "@" + machine;
    }
}
