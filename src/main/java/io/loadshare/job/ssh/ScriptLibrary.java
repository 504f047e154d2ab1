package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The sh libraries in the resource folder of this package. */
final class ScriptLibrary {

    private static final Map<String, String> LOADED = new ConcurrentHashMap<>();

    private ScriptLibrary() {}

    /** Returns the named libraries, concatenated, without comments and indentation. */
    static String library(String... names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(LOADED.computeIfAbsent(name, ScriptLibrary::load));
        }
        return text.toString();
    }

    /**
     * Returns the named libraries for a host. If a Slurm cluster runs its jobs, a last library replaces the functions
     * that differ.
     */
    static String library(Host host, String... names) {
        return library(names) + (host.isCluster() ? library("slurm") : "");
    }

    private static String load(String name) {
        try (InputStream in = ScriptLibrary.class.getResourceAsStream(name + ".sh")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + ".sh cannot be read: " + e.getMessage(), e);
        }
    }
}
