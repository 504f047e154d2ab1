package io.loadshare.cli.services;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.host.Host;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A search for jobs on hosts, which asks all hosts at the same time and before one deadline; it reports a host that
 * does not answer instead of waiting for it.
 */
public final class JobSearch {

    private static final int CONCURRENCY = 64;

    private final JobEngine engine;
    private final JobEngine.Owner owner;
    private final Deadline deadline;
    private final Console console;

    /**
     * @param owner the user whose jobs are searched
     */
    JobSearch(JobEngine engine, JobEngine.Owner owner, Deadline deadline, Console console) {
        this.engine = engine;
        this.owner = owner;
        this.deadline = deadline;
        this.console = console;
    }

    /**
     * The answers of hosts.
     *
     * @param jobs the jobs found, oldest first
     * @param silent the hosts that did not answer, with the cause
     */
    public record Answers(List<JobRecord> jobs, Map<Host, Throwable> silent) {

        public Answers {
            silent = Collections.unmodifiableMap(silent);
        }

        /** Returns the hosts that did not answer as the end of a message; empty if all answered. */
        public String unanswered() {
            StringBuilder text = new StringBuilder();
            silent.forEach((host, why) -> text.append("; ")
                    .append(host.name())
                    .append(" did not answer: ")
                    .append(why.getMessage()));
            return text.toString();
        }
    }

    /** Returns all jobs on the hosts, oldest first. Reports the hosts that do not answer. */
    public List<JobRecord> all(List<Host> hosts) {
        Answers answers = answers(hosts);
        answers.silent()
                .forEach((host, why) ->
                        console.say("the jobs of " + host.name() + " are not known: " + why.getMessage()));
        return answers.jobs();
    }

    /** Returns all jobs on the hosts, and the hosts that do not answer. */
    public Answers answers(List<Host> hosts) {
        Map<Host, Callable<List<JobRecord>>> questions = new LinkedHashMap<>();
        hosts.forEach(host -> questions.put(host, () -> engine.list(host, owner, deadline)));
        List<JobRecord> records = new ArrayList<>();
        Map<Host, Throwable> silent = new LinkedHashMap<>();
        ask(questions, records, silent);
        failIfNobodyCanSucceed(hosts, silent);
        records.sort(Comparator.comparing(JobRecord::submitted));
        return new Answers(records, silent);
    }

    /**
     * Returns the job with that ID, on whichever of the hosts it is.
     *
     * @throws LoadshareException of kind NO_INPUT if no host that answered has it; the message names those that did not
     *     answer
     */
    public JobRecord require(String id, List<Host> hosts) {
        Map<Host, Callable<List<JobRecord>>> questions = new LinkedHashMap<>();
        hosts.forEach(host -> questions.put(
                host, () -> engine.find(host, owner, id, deadline).stream().toList()));
        List<JobRecord> found = new ArrayList<>();
        Map<Host, Throwable> silent = new LinkedHashMap<>();
        ask(questions, found, silent);
        if (found.isEmpty()) {
            failIfNobodyCanSucceed(hosts, silent);
            throw new LoadshareException(
                    LoadshareException.Kind.NO_INPUT,
                    "no job '" + id + "' on " + (hosts.size() - silent.size()) + " of " + hosts.size() + " hosts"
                            + new Answers(found, silent).unanswered() + "; 'loadshare history' lists your jobs");
        }
        return found.get(0);
    }

    /**
     * Fails like the first host if all hosts refused the login, or are misconfigured.
     *
     * @throws LoadshareException of kind REFUSED or CONFIGURATION
     */
    private static void failIfNobodyCanSucceed(List<Host> hosts, Map<Host, Throwable> silent) {
        LoadshareException.Kind common = LoadshareException.Kind.ofAll(silent.values().stream()
                .map(why -> why instanceof LoadshareException failure
                        ? failure.kind()
                        : LoadshareException.Kind.UNAVAILABLE));
        if (common.isLasting() && silent.size() == hosts.size()) {
            throw (LoadshareException) silent.get(hosts.get(0));
        }
    }

    private void ask(
            Map<Host, Callable<List<JobRecord>>> questions, List<JobRecord> records, Map<Host, Throwable> silent) {
        ExecutorService executor =
                Executors.newFixedThreadPool(Math.max(1, Math.min(CONCURRENCY, questions.size())), task -> {
                    Thread thread = new Thread(task, "loadshare-jobs");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            List<Future<List<JobRecord>>> answers =
                    executor.invokeAll(questions.values(), deadline.remainingMillis(), TimeUnit.MILLISECONDS);
            int i = 0;
            for (Host host : questions.keySet()) {
                try {
                    records.addAll(answers.get(i++).get());
                } catch (ExecutionException e) {
                    silent.put(host, e.getCause());
                } catch (CancellationException e) {
                    silent.put(host, TransportException.timedOut(host, "answer", deadline));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE, "interrupted while asking hosts for jobs", e);
        } finally {
            executor.shutdownNow();
        }
    }
}
