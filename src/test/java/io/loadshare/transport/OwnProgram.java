package io.loadshare.transport;

import io.loadshare.host.Host;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A program of its own, with a small heap and its own stdin and stdout, that runs one command:
 * {@code KIND CONFIG HOST VERB LINE}, where {@code @FILE} stands for a line that is in a file.
 */
public final class OwnProgram {

    private OwnProgram() {}

    /** Starts it in a JVM of 64 MiB, under the C locale. */
    static ProcessBuilder start(String kind, SshConfig config, String host, String verb, String line) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OwnProgram.class.getName()));
        command.addAll(List.of(kind, config.file().toString(), host, verb, line));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /** Ends with the status of the command; what the verb counted is on stdout. */
    public static void main(String[] args) throws Exception {
        Path config = Path.of(args[1]);
        LocalUser caller = new LocalUser("root", config.getParent(), Map.of("PATH", System.getenv("PATH")));
        try (Transport transport = transport(args[0], config, caller)) {
            Deadline deadline = Deadline.after(Duration.ofSeconds(Long.getLong("seconds", 300)), System::nanoTime);
            Session session = transport.connect(Host.named(args[2]), deadline);
            String line = args[4].startsWith("@") ? Files.readString(Path.of(args[4].substring(1))) : args[4];
            RemoteCommand command = RemoteCommand.of(line);
            try (RemoteProcess process = session.start(command, deadline)) {
                switch (args[3]) {
                    case "count" -> System.out.println(count(process.stdout()));
                    case "feed" -> feed(process.stdin());
                    default -> {
                        // It has no input.
                    }
                }
                process.stdout().transferTo(System.out);
                System.out.flush();
                Runtime.getRuntime().halt(process.waitFor(deadline));
            }
        }
    }

    private static Transport transport(String kind, Path config, LocalUser caller) {
        SshSettings settings =
                new SshSettings(config, config.resolveSibling(".ssh/known_hosts"), Optional.empty(), List.of());
        return kind.equals("jsch")
                ? new JschTransport(settings, caller, RandomGenerator.getDefault())
                : new ExternalTransport(List.of("ssh", "-F", config.toString(), "-o", "BatchMode=yes"), caller);
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            total += count;
        }
        return total;
    }

    /** Writes 1 GiB. */
    private static void feed(OutputStream stdin) throws IOException {
        try (stdin) {
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) {
                stdin.write(block);
            }
        }
    }
}
