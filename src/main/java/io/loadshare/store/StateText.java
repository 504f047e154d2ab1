package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.load.NewerFormatException;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The format of all state files except the ledger: UTF-8 lines {@code key=value}, the first {@code loadshare-KIND=1}
 * (the format's version), the last {@code end=loadshare-KIND}; fields of a value are separated by tabs, times are
 * seconds since 1970. Unreadable parts of such a file are reported and skipped.
 */
public final class StateText {

    /** The version of all formats of this form. */
    static final int VERSION = 1;

    private StateText() {}

    /** Handles one line of a file; throws IllegalArgumentException if it is damaged. */
    public interface LineReader {
        void read(String key, String[] fields);
    }

    public static StringBuilder begin(String kind) {
        return new StringBuilder(200).append("loadshare-").append(kind).append("=1\n");
    }

    public static StringBuilder line(StringBuilder out, String key, Object... fields) {
        out.append(key).append('=');
        for (int i = 0; i < fields.length; i++) {
            out.append(i > 0 ? "\t" : "").append(Quoted.printable(fields[i].toString()));
        }
        return out.append('\n');
    }

    /** The last line of a complete file. */
    static String lastLine(String kind) {
        return "end=loadshare-" + kind;
    }

    public static String end(StringBuilder out, String kind) {
        return out.append(lastLine(kind)).append('\n').toString();
    }

    /**
     * Checks the first line.
     *
     * @return where the second line begins
     * @throws NewerFormatException if a newer loadshare wrote it
     * @throws LoadshareException of kind DATA if it is something else
     */
    static int checkHeader(String text, String kind, String source) {
        int end = text.indexOf('\n');
        String first = text.substring(0, Math.min(100, end < 0 ? text.length() : end));
        String header = "loadshare-" + kind + "=";
        String version = first.startsWith(header) ? first.substring(header.length()) : "";
        if (version.length() > 9 || !isNumber(version)) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    source + " is not a loadshare " + kind + " file: the first line must be '" + header + VERSION
                            + "', found '" + Quoted.printable(first) + "'");
        }
        if (Integer.parseInt(version) > VERSION) {
            throw new NewerFormatException(source, version, VERSION);
        }
        return end < 0 ? text.length() : end + 1;
    }

    static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Reads all lines of a text with a valid header. Reports damaged lines to {@code warnings} and continues. */
    public static void read(String text, String kind, String source, LineReader reader, Consumer<String> warnings) {
        String last = "";
        int position = checkHeader(text, kind, source);
        while (position < text.length()) {
            int end = text.indexOf('\n', position);
            last = text.substring(position, end < 0 ? text.length() : end);
            position += last.length() + 1;
            readLine(last, source, reader, warnings);
        }
        if (!last.equals(lastLine(kind))) {
            warnings.accept(source + " is cut off; what it lacks is not known");
        }
    }

    /** Reads one line, or reports to {@code warnings} why it is skipped. */
    static void readLine(String line, String source, LineReader reader, Consumer<String> warnings) {
        try {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("it is not key=value");
            }
            reader.read(line.substring(0, equals), line.substring(equals + 1).split("\t", -1));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            String shown = line.length() > 80 ? line.substring(0, 80) + "…" : line;
            warnings.accept(source + ": line '" + Quoted.printable(shown) + "' is damaged and was skipped");
        }
    }

    public static String print(Instant time) {
        long millis = time.toEpochMilli();
        String fraction = Long.toString(1000 + Math.floorMod(millis, 1000L)).substring(1);
        return Math.floorDiv(millis, 1000L) + "." + fraction;
    }

    /** @throws IllegalArgumentException if the text is not a time */
    public static Instant time(String text) {
        int point = text.indexOf('.');
        if (point != text.length() - 4) {
            throw new IllegalArgumentException("a time must be seconds with three decimals, was '" + text + "'");
        }
        return Instant.ofEpochMilli(
                Long.parseLong(text.substring(0, point)) * 1000 + Long.parseLong(text.substring(point + 1)));
    }
}
