package io.jenkins.plugins.loadshare.page;

import hudson.model.Computer;
import io.jenkins.plugins.loadshare.nodes.NodeLoad;
import io.loadshare.load.HostState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.kohsuke.stapler.export.Exported;

/** A Jenkins node: its machine as a host, if known, and its executors. */
public final class NodeRow extends HostRow {

    private final Computer computer;

    /** @param loads the loads of the machine over the last day from {@link LoadHistory#last} */
    NodeRow(NodeLoad node, float[] loads, Duration maxAge, Instant now) {
        super(
                node.machine().orElse(null),
                node.status(),
                node.computer().isOffline() ? null : node.line().orElse(null),
                loads,
                maxAge,
                now);
        this.computer = node.computer();
    }

    @Exported
    public String getNode() {
        return computer.getDisplayName();
    }

    @Override
    @Exported
    public String getUrl() {
        return computer.getUrl();
    }

    @Exported
    public int getBusyExecutors() {
        return computer.countBusy();
    }

    @Exported
    public int getExecutors() {
        return computer.countExecutors();
    }

    /** {@code offline}, or the state of a host. */
    @Override
    public String getState() {
        return getLook().name();
    }

    /** Returns why the balancer does not choose it by its load. */
    @Override
    public String getReason() {
        if (computer.isOffline()) {
            return Objects.toString(computer.getOfflineCause(), null);
        }
        return super.getState().equals(HostState.UNKNOWN.word()) ? Messages.NodeRow_unknown() : super.getReason();
    }

    @Override
    public AgedText getRemark() {
        return computer.isOffline() ? AgedText.plain(getReason()) : super.getRemark();
    }

    @Override
    String content() {
        return super.content() + '|' + getExecutors() + '|' + getUrl();
    }

    @Override
    public String getTitle() {
        return getNode();
    }

    @Override
    public Integer getWork() {
        return getBusyExecutors();
    }

    @Override
    public String getWorkWords() {
        return Messages.NodeRow_busy(getBusyExecutors(), getExecutors());
    }

    @Override
    public StateAppearance getLook() {
        return computer.isOffline() ? StateAppearance.offline() : super.getLook();
    }
}
