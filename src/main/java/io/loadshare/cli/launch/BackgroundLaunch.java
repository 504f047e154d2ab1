package io.loadshare.cli.launch;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.Terminal;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.cli.services.ThisProcess;
import io.loadshare.transport.CallersLocale;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A second process of this program, in a session of its own, that runs a job in the background. The first process
 * returns as soon as the job has run for a moment; the second stays as long as the job runs, since the job's windows
 * reach the display through it.
 */
final class BackgroundLaunch {

    /** The word that the other process prints on stdout once the job has started, before the job's ID. */
    static final String STARTED = "started ";

    private final CommandServices wiring;
    private final Console console;

    BackgroundLaunch(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    /**
     * Starts a command again, with an option that makes it report its start.
     *
     * @param words our own command line
     * @return 0 once the job has run for a moment; or the status of a job that ended before, whose output is then
     *     printed
     */
    int start(String command, List<String> words) throws InterruptedException {
        List<String> argv = new ArrayList<>(List.of("setsid", ThisProcess.program()));
        int options = words.get(0).equals("--config") ? 2 : 0; // whose value may equal a command's name
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
                builder.redirectErrorStream(true); // a reader of a pipe waits until all writers have closed it
            }
            return awaitStart(builder.start());
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE,
                    "cannot start '" + ThisProcess.program() + "' in the background: " + e.getMessage(),
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
