package io.loadshare.agent.server;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code contrib/grafana/loadshare.json} asks Prometheus for. */
record Dashboard(List<String> queries) {

    static Dashboard read() throws IOException {
        List<String> queries = new ArrayList<>();
        collect(JSON.std.anyFrom(Files.readString(Path.of("contrib/grafana/loadshare.json"))), queries);
        return new Dashboard(queries);
    }

    private static void collect(Object node, List<String> queries) {
        if (node instanceof Map<?, ?> map) {
            if (map.get("expr") instanceof String query) {
                queries.add(query);
            }
            map.values().forEach(value -> collect(value, queries));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> collect(value, queries));
        }
    }

    /** The queries as Grafana sends them while all hosts are shown. */
    List<String> forAllHosts() {
        return queries.stream()
                .map(query -> query.replace("$host", ".*").replace("$__rate_interval", "1m"))
                .toList();
    }
}
