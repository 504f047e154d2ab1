package io.loadshare.bench.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One agent that measures this machine, started by the launcher. Measures its request rate with wrk, and its use of
 * memory and CPU time.
 */
final class Service implements AutoCloseable {

    private static final int TICKS_PER_SECOND = 100; // the unit of all CPU times in /proc
    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");

    private final Path directory = Files.createTempDirectory("loadshare-bench-agent-");
    private final int port;
    private final Process agent;

    /** @param program the launcher */
    Service(Path program) throws IOException, InterruptedException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path configuration = Files.writeString(
                directory.resolve("config.yaml"),
                "agent: { port: " + port + " }\nstate: { directory: " + directory.resolve("state") + " }\n");
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "agent")
                .redirectError(directory.resolve("log").toFile());
        builder.environment().put("LOADSHARE_CONFIG", configuration.toString());
        builder.environment().put("HOME", directory.toString());
        agent = builder.start();
        awaitFirstMeasurement();
    }

    private void awaitFirstMeasurement() throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz"))
                .build();
        for (int i = 0; i < 600 && agent.isAlive(); i++) {
            try {
                if (http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode()
                        == HttpURLConnection.HTTP_OK) {
                    return;
                }
            } catch (ConnectException e) {
                // The agent does not listen yet.
            }
            Thread.sleep(100);
        }
        throw new IOException("the agent does not answer: " + Files.readString(directory.resolve("log")));
    }

    /**
     * Returns the requests answered per second.
     *
     * @param script a Lua script for wrk
     */
    double rate(String path, int connections, int seconds, String script) throws IOException, InterruptedException {
        Path lua = Files.writeString(directory.resolve("script.lua"), script);
        Process wrk = new ProcessBuilder(
                        "wrk", "-t1", "-c" + connections, "-d" + seconds, "-s" + lua, "http://127.0.0.1:" + port + path)
                .redirectErrorStream(true)
                .start();
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher rate = RATE.matcher(said);
        if (wrk.waitFor() != 0 || said.contains("Non-2xx") || said.contains("Socket errors") || !rate.find()) {
            throw new IOException("wrk did not go well: " + said);
        }
        return Double.parseDouble(rate.group(1));
    }

    /** Returns the peak memory of the agent, in MiB. */
    double mostMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("the kernel does not report how much memory the agent used");
    }

    /** Returns the share of one core that the agent and its measurements use without any requests. */
    double idle(int seconds) throws IOException, InterruptedException {
        long before = ticks();
        long start = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double lasted = (System.nanoTime() - start) / 1e9;
        return (ticks() - before) / (double) TICKS_PER_SECOND / lasted;
    }

    /** Returns the sum of utime, stime, cutime, and cstime of proc(5). */
    private long ticks() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + agent.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    @Override
    public void close() throws IOException {
        agent.destroyForcibly().onExit().join();
        List<Path> files = new ArrayList<>();
        try (var walk = Files.walk(directory)) {
            walk.forEach(files::add);
        }
        for (int i = files.size() - 1; i >= 0; i--) {
            Files.delete(files.get(i));
        }
    }
}
