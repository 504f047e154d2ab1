package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
            return withoutComments(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + ".sh cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Returns a script without comments, indentation and empty lines. Works on bytes, because a stream of lines takes
     * 20 ms in a command that has just started.
     */
    private static String withoutComments(byte[] script) {
        byte[] kept = new byte[script.length];
        int count = 0;
        int end;
        for (int start = 0; start < script.length; start = end + 1) {
            end = start;
            while (end < script.length && script[end] != '\n') {
                end++;
            }
            while (start < end && script[start] == ' ') {
                start++;
            }
            if (start < end && script[start] != '#') {
                int length = Math.min(end + 1, script.length) - start;
                System.arraycopy(script, start, kept, count, length);
                count += length;
            }
        }
        return new String(kept, 0, count, StandardCharsets.US_ASCII);
    }
}
