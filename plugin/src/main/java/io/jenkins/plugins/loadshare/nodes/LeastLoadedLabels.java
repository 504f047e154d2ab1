package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Label;
import hudson.model.LabelFinder;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * The labels whose builds go to the least loaded of their nodes: those with a {@link LeastLoadedProperty}, and {@link
 * #NAME}, which every node has whose builds are placed by load. Reads the properties from memory each time, so it has
 * nothing to update. Any thread may call, also under the Queue's lock.
 *
 * <p>A label expression has the strategy, and needs the licenses, of each atom that {@link RequestedAtoms} finds in it.
 * A node's own name never has the strategy: it leaves no choice, and a {@code node} block that continues after a restart
 * of Jenkins asks for it, whatever label it had before.
 */
@Extension
public final class LeastLoadedLabels extends LabelFinder {

    /** The atom by which a job requests the strategy on any label. */
    public static final String NAME = "least-loaded";

    /** Set while the labels of a node are read, because they include those that {@link #findLabels} returns. */
    private final ThreadLocal<Boolean> reading = ThreadLocal.withInitial(() -> false);

    private final LabelPlacements placements = new LabelPlacements();

    public static LeastLoadedLabels get() {
        return ExtensionList.lookupSingleton(LeastLoadedLabels.class);
    }

    /** Returns the last placements for these labels. */
    public LabelPlacements placements() {
        return placements;
    }

    /** Returns whether builds for a label go to the least loaded of its nodes. */
    public boolean contain(Label label) {
        return !atoms(label).isEmpty();
    }

    /** Returns the names of the atoms with the strategy; builds go to the least loaded node if there is one. */
    Set<String> atoms(Label label) {
        return label == null
                ? Set.of()
                : strategies(label).map(LabelAtom::getName).collect(Collectors.toSet());
    }

    /** Returns the licenses of which each build for a label needs a seat. */
    public List<String> licenses(Label label) {
        return label == null
                ? List.of()
                : strategies(label)
                        .flatMap(atom -> property(atom).flatMap(LeastLoadedProperty::license).stream())
                        .distinct()
                        .toList();
    }

    /** Returns whether there is a node with a label that has the strategy. */
    public boolean exist() {
        return Jenkins.get().getLabelAtoms().stream()
                .anyMatch(atom -> property(atom).isPresent() && !atom.isSelfLabel());
    }

    /** Returns the property of an atom, if it has one. */
    public static Optional<LeastLoadedProperty> property(LabelAtom atom) {
        return Optional.ofNullable(atom.getProperties().get(LeastLoadedProperty.class));
    }

    private static Stream<LabelAtom> strategies(Label label) {
        return RequestedAtoms.of(label).stream()
                .map(Jenkins.get()::getLabelAtom) // an expression may hold an atom that Jenkins has replaced
                .filter(atom -> atom.getName().equals(NAME) || property(atom).isPresent() && !atom.isSelfLabel());
    }

    /** Returns {@link #NAME} if builds on a node are placed by load. Exclusive nodes must have it among their own labels. */
    @Override
    public Collection<LabelAtom> findLabels(Node node) {
        if (node instanceof Jenkins || node.getMode() == Node.Mode.EXCLUSIVE || reading.get()) {
            return List.of();
        }
        reading.set(true);
        try {
            return isCovered(node) ? List.of(Jenkins.get().getLabelAtom(NAME)) : List.of();
        } finally {
            reading.remove();
        }
    }

    private static boolean isCovered(Node node) {
        Set<LabelAtom> labels = node.getAssignedLabels();
        return labels.stream()
                        .anyMatch(atom -> !atom.equals(node.getSelfLabel())
                                && property(atom).isPresent())
                || balancer().filter(Settings.Balancer::enabled).stream()
                        .anyMatch(balancer -> balancer.nodes()
                                .map(label -> label.matches(labels))
                                .orElse(true));
    }

    private static Optional<Settings.Balancer> balancer() {
        try {
            return Optional.of(Settings.current().balancer());
        } catch (LoadshareException e) {
            return Optional.empty(); // the configuration is wrong, and no build is placed by load
        }
    }
}
