package io.loadshare;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Points in time as people read them: to the second, in the time zone of this machine. */
public final class Timestamps {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private Timestamps() {}

    public static String print(Instant time) {
        return print(time, ZoneId.systemDefault());
    }

    static String print(Instant time, ZoneId zone) {
        return FORMAT.format(time.atZone(zone));
    }
}
