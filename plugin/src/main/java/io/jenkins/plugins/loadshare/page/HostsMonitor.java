package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AdministrativeMonitor;
import hudson.model.PeriodicWork;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.load.HostState;
import io.loadshare.load.LoadBoard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Warns administrators when no host can get a job, each time with a link to the setting to change. Jenkins asks it for
 * each page that an administrator sees, so it only shows what a {@link Check} has found.
 */
@Extension
public final class HostsMonitor extends AdministrativeMonitor {

    private volatile List<Problem> problems = List.of();

    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final String SETTINGS = "manage/configure#loadshare-";

    /**
     * A reason why no host can get a job.
     *
     * @param link where to change that, relative to the root of Jenkins
     */
    public record Problem(String text, String link) {}

    @Override
    public String getDisplayName() {
        return Messages.HostsMonitor_displayName();
    }

    @Override
    public boolean isActivated() {
        return !problems.isEmpty();
    }

    public List<Problem> getProblems() {
        return problems;
    }

    private static List<Problem> find() {
        LoadshareService service = LoadshareService.get();
        List<Problem> problems = new ArrayList<>();
        try {
            service.credentialsProblem().ifPresent(text -> problems.add(new Problem(text, SETTINGS + "ssh")));
            LoadBoard board = service.wiring().scans().latest();
            if (isUnreachable(board, service)) {
                problems.add(new Problem(
                        Messages.HostsMonitor_unreachable(board.inventory().size()), SETTINGS + "hosts"));
            }
            Path state = JenkinsState.get().directory().path();
            if (Files.exists(state) && !Files.isWritable(state)) {
                problems.add(new Problem(Messages.HostsMonitor_state(state), "loadshare/"));
            }
        } catch (LoadshareException e) {
            String link = e.kind() == LoadshareException.Kind.CONFIGURATION ? SETTINGS + "hosts" : "loadshare/";
            problems.add(new Problem(e.getMessage(), link));
        }
        return problems;
    }

    private static boolean isUnreachable(LoadBoard board, LoadshareService service) {
        Instant now = Instant.now();
        int hosts = board.inventory().size();
        return hosts > 0
                && IntStream.range(0, hosts)
                        .allMatch(i -> board.at(i)
                                        .state(
                                                now,
                                                service.settings().core().scan().maxAge())
                                == HostState.UNREACHABLE);
    }

    /** Looks for problems. */
    @Extension
    public static final class Check extends PeriodicWork {

        @Override
        public long getRecurrencePeriod() {
            return PERIOD.toMillis();
        }

        @Override
        public long getInitialDelay() {
            return 0;
        }

        @Override
        protected void doRun() {
            ExtensionList.lookupSingleton(HostsMonitor.class).problems = find();
        }
    }
}
