package io.loadshare.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The output formats of figures. */
public final class Output {

    private Output() {}

    /** Returns a Markdown table. The first column is text, the others are figures. */
    public static String table(List<String> header, List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        text.append(line(header))
                .append("|---")
                .append("|---:".repeat(header.size() - 1))
                .append("|\n");
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** Returns a number with {@code digits} digits after the decimal point, independent of the locale. */
    public static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Writes a JSON document, indented. */
    public static void json(Path file, Object document) throws IOException {
        JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).write(document, file.toFile());
    }
}
