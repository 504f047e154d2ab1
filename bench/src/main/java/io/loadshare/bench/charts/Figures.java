package io.loadshare.bench.charts;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The figures that one benchmark has written.
 *
 * @param rows objects of numbers and text
 */
record Figures(List<Map<String, Object>> rows) {

    /** Reads the figures from {@code NAME.json} in a directory; none if the file does not exist. */
    static Figures read(Path directory, String name) throws IOException {
        Path file = directory.resolve(name + ".json");
        List<Map<String, Object>> rows = new ArrayList<>();
        if (Files.exists(file)) {
            for (Object row : JSON.std.listFrom(file.toFile())) {
                Map<String, Object> words = new LinkedHashMap<>();
                ((Map<?, ?>) row).forEach((key, value) -> words.put(key.toString(), value));
                rows.add(words);
            }
        }
        return new Figures(rows);
    }

    /** Returns the value of the first row that matches all of {@code words}. */
    OptionalDouble find(String value, Map<String, ?> words) {
        return rows.stream()
                .filter(row -> words.entrySet().stream()
                        .allMatch(word -> word.getValue().equals(row.get(word.getKey()))))
                .filter(row -> row.get(value) instanceof Number)
                .mapToDouble(row -> ((Number) row.get(value)).doubleValue())
                .findFirst();
    }
}
