package io.loadshare.config;

import java.util.Comparator;

/** A place in a file, for people: line and column count from 1, and are 0 where the file as a whole is meant. */
public record Position(String file, int line, int column) {

    static final Comparator<Position> IN_FILE =
            Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

    /** The file as a whole. */
    public static Position of(String file) {
        return new Position(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
