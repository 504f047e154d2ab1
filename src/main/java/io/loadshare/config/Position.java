package io.loadshare.config;

import java.util.Comparator;

/** A position in a file for messages. Line and column start at 1; 0 means the whole file. */
public record Position(String file, int line, int column) {

    static final Comparator<Position> IN_FILE =
            Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

    /** The whole file. */
    public static Position of(String file) {
        return new Position(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
