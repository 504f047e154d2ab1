package io.loadshare;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** A request with a name that is not configured. The message suggests configured names. */
public final class UnknownNameException extends LoadshareException {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final transient List<String> known;
    private final transient Function<Collection<String>, String> message;

    /** @param what the kind of thing that has the name, such as {@code pool} */
    public UnknownNameException(String what, String name, Collection<String> known) {
        this(what, known, some -> Suggestions.unknown(what, name, some));
    }

    /** @param message returns the message that suggests the given names */
    public UnknownNameException(String what, Collection<String> known, Function<Collection<String>, String> message) {
        super(Kind.USAGE, message.apply(known));
        this.what = what;
        this.known = List.copyOf(known);
        this.message = message;
    }

    /** Returns the kind of thing that has the name, such as {@code pool}. */
    public String what() {
        return what;
    }

    /** Returns the same failure for a reader who may not see all names. */
    public UnknownNameException among(Predicate<String> visible) {
        return new UnknownNameException(what, known.stream().filter(visible).toList(), message);
    }
}
