package io.loadshare.job.ssh;

import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The home directory of jobs on this machine. */
final class LocalHome {

    private LocalHome() {}

    /** Waits until no process has this home any more: a wrapper still writes there after it has reported the end. */
    static void awaitUnused(Path home) {
        Waiting.until(() -> users(home).isEmpty(), () -> "processes " + users(home) + " have the home " + home);
    }

    private static List<Long> users(Path home) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(process -> environment(process).contains("\0HOME=" + home + "\0"))
                .toList();
    }

    private static String environment(long process) {
        try {
            return "\0" + Files.readString(Path.of("/proc/" + process + "/environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
