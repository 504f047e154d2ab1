package io.loadshare.cli;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import java.util.List;

/** Starts detached jobs that need a license, one after another, and says "launched" or the status for each. */
final class RepeatedLaunches {

    private RepeatedLaunches() {}

    /** @param words how many, the licenses in turn, and after "--" the directory of the programs named like them */
    public static void main(String[] words) {
        int count = Integer.parseInt(words[0]);
        Console console = Console.ofProcess();
        for (int i = 0; i < count; i++) {
            String license = words[1 + i % (words.length - 2)];
            String program = words[words.length - 1] + "/" + license;
            int status = new CommandRunner(CommandServices.ofProcess(console), console)
                    .run(List.of("run", "--detach", "--no-wait", "--license", license, "--", program, "600"));
            console.out().println(status == 0 ? "launched" : "status " + status);
        }
        System.exit(0);
    }
}
