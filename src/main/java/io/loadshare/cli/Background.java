package io.loadshare.cli;

import io.loadshare.Failure;
import io.loadshare.transport.CallersLocale;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts this program once more, in a session of its own, and lets go of it as soon as its job has started. It stays as long
 * as the job runs, since the job's windows reach the display through it.
 */
final class Background {

    /** What the other process says on its stdout once the job has started, before the job's id. */
    static final String STARTED = "started ";

    private final Wiring wiring;
    private final Console console;

    Background(Wiring wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    /**
     * Starts a command again, with an option that makes it announce itself.
     *
     * @param words our own command line
     * @return 0 once the job has started, or the other process's status if it ended before
     */
    int start(String command, List<String> words) throws InterruptedException {
        List<String> argv = new ArrayList<>(List.of("setsid", wiring.program()));
        int options = words.get(0).equals("--config") ? 2 : 0; // whose value may be named like the command
        int behind = options + words.subList(options, words.size()).indexOf(command) + 1;
        argv.addAll(words.subList(0, behind));
        argv.add("--announce");
        argv.addAll(words.subList(behind, words.size()));
        try {
            ProcessBuilder builder = new ProcessBuilder(argv)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            CallersLocale.restore(builder.environment());
            Process process = builder.start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line;
            while ((line = out.readLine()) != null) {
                if (line.startsWith(STARTED)) {
                    return 0;
                }
                console.out().println(line);
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.SOFTWARE,
                    "cannot start '" + wiring.program() + "' in the background: " + e.getMessage(),
                    e);
        }
    }
}
