package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.host.Host;
import io.loadshare.job.JobRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code status}: shows jobs by their IDs, whether they wait, run, have ended or are lost. */
@Command(
        name = "status",
        description = {
            "Show jobs by their IDs: waiting, running, ended or lost.",
            "The exit status is 0 if all are known, and 66 if one is not."
        })
final class StatusCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
    private List<String> ids;

    @Mixin
    private JobOptions options;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    StatusCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<Host> hosts = options.hosts(wiring.configuration().inventory());
        List<QueuedRequest> waiting = new ArrayList<>();
        List<JobRecord> jobs = new ArrayList<>();
        List<LoadshareException> unknown = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            Optional<QueuedRequest> request = wiring.queued(id);
            request.ifPresent(waiting::add);
            if (request.isEmpty()) {
                try {
                    jobs.add(options.search(wiring).require(id, hosts));
                } catch (LoadshareException e) {
                    unknown.add(e);
                }
            }
        }
        JobTable.print(waiting, jobs, json, console, wiring.clock().instant());
        if (!unknown.isEmpty()) {
            LoadshareException last = unknown.remove(unknown.size() - 1);
            unknown.forEach(e -> console.say(e.getMessage()));
            throw last;
        }
    }
}
