package io.loadshare.software;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.job.JobSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What a job of the catalog starts: the same for the command line and for Jenkins' steps.
 *
 * @param argv the arguments of the program, for a number of slots
 */
public record SoftwareJob(Software software, IntFunction<List<String>> argv) {

    /** Returns the job that starts a launcher with these arguments. */
    public static SoftwareJob of(Software software, LauncherArguments arguments) {
        return new SoftwareJob(software, slots -> arguments.argv(software, slots));
    }

    /**
     * Returns the job that starts a program of the software.
     *
     * @param command the program and its arguments
     * @throws LoadshareException of kind USAGE if the software does not have the program; the message suggests the nearest
     */
    public static SoftwareJob of(Software software, List<String> command) {
        String name = command.isEmpty() ? "" : command.get(0);
        List<String> known = software.programs().stream().map(Program::name).toList();
        Program program = software.program(name)
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.USAGE,
                        "software '" + software.name() + "' does not have the command " + Quoted.of(name)
                                + Suggestions.didYouMean(name, known) + " (configured: "
                                + (known.isEmpty() ? "none" : String.join(", ", known)) + ")"));
        List<String> arguments = command.subList(1, command.size());
        return new SoftwareJob(software, slots -> program.argv(arguments, slots));
    }

    /** Returns the description of the job. */
    public JobSpec spec(String id, int slots) {
        JobSpec spec = JobSpec.of(id, argv.apply(Math.max(1, slots))).withSlots(slots);
        Optional<String> setup = software.setup();
        return setup.isPresent() ? spec.withSetup(software.setupShell(), setup.get()) : spec;
    }
}
