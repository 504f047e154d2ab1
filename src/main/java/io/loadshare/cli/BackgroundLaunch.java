package io.loadshare.cli;

import io.loadshare.LoadshareException;
import io.loadshare.transport.CallersLocale;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts this program once more, in a session of its own, and lets go of it as soon as its job has run for a moment. It stays
 * as long as the job runs, since the job's windows reach the display through it.
 */
final class BackgroundLaunch {

    /** What the other process says on its stdout once the job has started, before the job's id. */
    static final String STARTED = "started ";

    private final CommandServices wiring;
    private final Console console;

    BackgroundLaunch(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    /**
     * Starts a command again, with an option that makes it announce itself.
     *
     * @param words our own command line
     * @return 0 once the job has run for a moment; or the status of a job that ended before, whose output is printed then
     */
    int start(String command, List<String> words) throws InterruptedException {
        List<String> argv = new ArrayList<>(List.of("setsid", wiring.program()));
        int options = words.get(0).equals("--config") ? 2 : 0; // whose value may be named like the command
        int behind = options + words.subList(options, words.size()).indexOf(command) + 1;
        argv.addAll(words.subList(0, behind));
        argv.add("--announce");
        argv.addAll(words.subList(behind, words.size()));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(argv).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            CallersLocale.restore(builder.environment());
            if (Terminal.isTerminal(2)) {
                builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            } else {
                builder.redirectErrorStream(true); // who reads a pipe waits until everyone has closed it
            }
            return awaitStart(builder.start());
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE,
                    "cannot start '" + wiring.program() + "' in the background: " + e.getMessage(),
                    e);
        }
    }

    private int awaitStart(Process process) throws IOException, InterruptedException {
        Thread hook = new Thread(process::destroy, "loadshare-background"); // Ctrl-C does not reach its session
        Runtime.getRuntime().addShutdownHook(hook);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(STARTED)) {
                Runtime.getRuntime().removeShutdownHook(hook);
                return 0;
            }
            console.err().println(line);
        }
        return process.waitFor();
    }
}
