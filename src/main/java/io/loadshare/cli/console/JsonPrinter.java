package io.loadshare.cli.console;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The JSON printer of trees of maps, lists, strings, numbers, booleans and nulls. */
public final class JsonPrinter {

    private static final JSON PRINTER =
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES);

    private JsonPrinter() {}

    public static String print(Object tree) {
        try {
            return PRINTER.asString(tree);
        } catch (IOException e) {
            throw new UncheckedIOException("a tree of maps and lists always prints", e);
        }
    }
}
