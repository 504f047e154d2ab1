package io.loadshare.probe;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A host made of a process and a mount namespace, in which a probe sees only what a test puts there: it begins with no
 * other process, {@code /proc/loadavg} saying that none runs, an empty {@code /run} and no control-group limits. It ends,
 * with all its processes, when the probe ends. Needs root.
 */
final class NamespaceHost {

    private final Path directory;
    private final List<String> setup = new ArrayList<>();
    private String shell = "/bin/sh";
    private int expected;

    NamespaceHost(Path directory) throws IOException {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "only root may make namespaces, so this test of the probe proves nothing: run it as root");
        this.directory = directory;
        setup.add("export PATH=" + directory + ":$PATH");
        setup.add("mount -t tmpfs -o mode=1777 tmpfs /run");
        setup.add("mount -t tmpfs tmpfs /sys/fs/cgroup");
        loadavg("0.00 0.00 0.00 1/10 10");
        program("up", ": >/run/up.$$");
    }

    NamespaceHost loadavg(String text) throws IOException {
        Files.writeString(directory.resolve("loadavg"), text + "\n");
        return setup("mount --bind " + directory.resolve("loadavg") + " /proc/loadavg");
    }

    /** Adds sh text that runs on the host, as root, before the probe. */
    NamespaceHost setup(String text) {
        setup.add(text);
        return this;
    }

    /** Puts a program of that name into the PATH: an sh script, by whose name the kernel knows its process. */
    NamespaceHost program(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** Starts processes of which {@code count} run the command {@code up}; the probe waits for that, 10 s at most. */
    NamespaceHost background(String command, int count) {
        expected += count;
        return setup(command + " &");
    }

    NamespaceHost background(String command) {
        return background(command, 1);
    }

    private String await() {
        return "n=0; until [ $(ls /run | grep -c ^up) = " + expected + " ]; do n=$((n + 1)); [ $n -lt 1000 ] || {"
                + " echo \"not all of " + expected + " processes came up\" >&2; exit 1; }; sleep 0.01; done";
    }

    NamespaceHost file(String path, String text) {
        return setup("mkdir -p " + path.substring(0, path.lastIndexOf('/')) + "; echo '" + text + "' >" + path);
    }

    /** What runs the probe's script: by default {@code /bin/sh}. */
    NamespaceHost shell(String words) {
        shell = words;
        return this;
    }

    /** Runs a script on the host and gives what it prints on stdout. */
    byte[] run(byte[] script) throws Exception {
        if (expected > 0) {
            setup.add(await());
        }
        setup.add(shell + "\nexit");
        Path stderr = directory.resolve("stderr");
        Process process = new ProcessBuilder(
                        "unshare", "-m", "-p", "-f", "--mount-proc", "/bin/sh", "-c", String.join("\n", setup))
                .redirectError(stderr.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(script);
        }
        byte[] output = process.getInputStream().readAllBytes();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the probe closed its output but did not end within 30 s");
        }
        String complaints = new String(Files.readAllBytes(stderr), StandardCharsets.UTF_8);
        if (!complaints.isEmpty()) {
            System.err.println("probe's stderr: " + complaints);
        }
        return output;
    }
}
