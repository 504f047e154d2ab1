package io.jenkins.plugins.loadshare.page;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Action;
import hudson.model.Computer;
import hudson.model.InvisibleAction;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.loadshare.nodes.LeastLoadedLabels;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.model.TransientActionFactory;

/**
 * The part of a label's page about its strategy: the nodes with their load, the seats of its license, and the last
 * placements for the label.
 */
public final class LabelAction extends InvisibleAction {

    private final LabelAtom label;
    private final LoadsharePage page;
    private final LeastLoadedLabels labels;

    private LabelAction(LabelAtom label, LoadsharePage page, LeastLoadedLabels labels) {
        this.label = label;
        this.page = page;
        this.labels = labels;
    }

    /** Returns the page that has the tables. */
    public LoadsharePage getPage() {
        return page;
    }

    public String getProblem() {
        return page.getOverview().getProblem();
    }

    public List<StateAppearance> getStates() {
        return page.getOverview().getStates();
    }

    public List<NodeRow> getNodes() {
        Set<String> urls = label.getNodes().stream()
                .map(Node::toComputer)
                .filter(Objects::nonNull)
                .map(Computer::getUrl)
                .collect(Collectors.toSet());
        return page.getOverview().getNodes().stream()
                .filter(row -> urls.contains(row.getUrl()))
                .toList();
    }

    /** Returns the license of the label, if it names one. */
    public List<LicenseRow> getLicenses() {
        List<String> names = labels.licenses(label);
        return page.getOverview().getLicenses().stream()
                .filter(row -> names.contains(row.getLicense()))
                .toList();
    }

    /** Newest first. */
    public List<LabelPlacementRow> getPlacements() {
        Instant now = Instant.now();
        return labels.placements().of(label.getName()).stream()
                .map(placement -> LabelPlacementRow.of(placement, now))
                .toList();
    }

    /** Adds it to the pages of labels with the strategy, for users who may see the page Loadshare. */
    @Extension
    public static final class Factory extends TransientActionFactory<LabelAtom> {

        @Override
        public Class<LabelAtom> type() {
            return LabelAtom.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull LabelAtom label) {
            LeastLoadedLabels labels = LeastLoadedLabels.get();
            if (!labels.contain(label) || !Jenkins.get().hasPermission(LoadsharePermissions.VIEW)) {
                return List.of();
            }
            return List.of(new LabelAction(label, ExtensionList.lookupSingleton(LoadsharePage.class), labels));
        }
    }
}
