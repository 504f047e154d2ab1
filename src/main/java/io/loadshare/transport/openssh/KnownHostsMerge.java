package io.loadshare.transport.openssh;

import io.loadshare.transport.HostKey;
import io.loadshare.transport.openssh.KnownHostsLine.Entry;
import io.loadshare.transport.openssh.KnownHostsLine.Marker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A merge of a site's list of host keys into a user's list: new keys are added at the end, equal keys stay, and a
 * changed key is replaced only where the user accepts it. Every other line, and the rest of a replaced line, stays byte
 * for byte and in its order.
 *
 * <p>A key in our list has <em>changed</em> if the site has keys of the same type for the host and this key is not
 * among them. A line of the site with patterns changes the keys of the hosts that we know by name. A hashed line of the
 * site is used if it is about a host whose name we know; otherwise it is skipped, since it is unclear what it changes.
 * An instance is used once, by one thread.
 */
public final class KnownHostsMerge {

    /** The relation of a line of the site's list to our list. */
    public enum Kind {
        NEW,
        EQUAL,
        /** Our list has another key of the same type, and keeps it. */
        CHANGED,
        /** Our list had another key of the same type, and the site's key replaced it. */
        REPLACED,
        /** Our list revokes this key; it is not added. */
        REVOKED_HERE,
        /** The line is hashed and about a host whose name we do not know; it is not added. */
        NOT_UNDERSTOOD
    }

    /**
     * @param names the hosts in question, as the site writes them
     * @param before the key in our list that has changed
     */
    public record Finding(Kind kind, Marker marker, String names, HostKey key, Optional<HostKey> before) {}

    private final List<KnownHostsLine> lines;
    private final KnownHostsFile ours;
    private final KnownHostsFile site;
    private final Set<String> accepted;
    private final Set<String> knownNames;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param accepted the hosts whose changed keys are replaced, with all names that the site's line has for them
     * @param names names that hosts may have, used to match hashed lines
     */
    public KnownHostsMerge(KnownHostsFile ours, KnownHostsFile site, Set<String> accepted, Collection<String> names) {
        this.ours = ours;
        this.site = site;
        this.lines = new ArrayList<>(ours.lines());
        this.accepted = Set.copyOf(accepted);
        this.knownNames = new HashSet<>(names);
        knownNames.addAll(accepted);
        Stream.of(ours, site)
                .flatMap(file -> file.lines().stream())
                .flatMap(line -> line.entry().stream())
                .filter(entry -> !entry.isHashed())
                .flatMap(entry -> entry.nameList().stream())
                .filter(HostPatterns::isPlain)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .forEach(knownNames::add);
    }

    /** Returns our list merged with the site's list. */
    public KnownHostsFile merged() {
        for (KnownHostsLine line : site.lines()) {
            line.entry().ifPresent(this::merge);
        }
        return new KnownHostsFile(ours.path(), lines);
    }

    /** Returns the findings, in the order of the site's list; complete after the merge. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void merge(Entry entry) {
        List<String> added = new ArrayList<>();
        List<String> replaced = new ArrayList<>();
        List<String> units =
                entry.isPlain() && entry.marker() == Marker.NONE ? entry.nameList() : List.of(entry.names());
        boolean isAccepted = accepted.stream().anyMatch(entry::isAbout);
        for (String unit : units) {
            List<KnownHostsLine> stale = stale(unit, entry);
            Kind kind = kind(unit, entry, stale, isAccepted);
            Optional<HostKey> before = kind == Kind.CHANGED || kind == Kind.REPLACED
                    ? Optional.of(stale.get(0).entry().orElseThrow().key())
                    : Optional.empty();
            findings.add(new Finding(kind, entry.marker(), unit, entry.key(), before));
            if (kind == Kind.NEW) {
                added.add(unit);
            } else if (kind == Kind.REPLACED) {
                replaced.add(unit);
            }
        }
        for (String unit : replaced) {
            if (!replaceInPlace(unit, replaced, entry)) {
                added.add(unit);
            }
        }
        if (!added.isEmpty()) {
            append(String.join(",", added), entry);
        }
    }

    private Kind kind(String unit, Entry entry, List<KnownHostsLine> stale, boolean isAccepted) {
        if (entry.isHashed() && about(unit, entry).isEmpty() && !holds(unit, entry)) {
            return entry.marker() == Marker.REVOKED ? Kind.NEW : Kind.NOT_UNDERSTOOD;
        }
        if (holds(unit, entry)) {
            return Kind.EQUAL;
        }
        if (entry.marker() == Marker.NONE && revokes(unit, entry)) {
            return Kind.REVOKED_HERE;
        }
        if (stale.isEmpty()) {
            return Kind.NEW;
        }
        return isAccepted ? Kind.REPLACED : Kind.CHANGED;
    }

    /** Returns whether our list has exactly this key for exactly this host. */
    private boolean holds(String unit, Entry entry) {
        return entries(entry.marker())
                .anyMatch(mine -> mine.key().equals(entry.key())
                        && (mine.names().equals(unit)
                                || entry.marker() == Marker.NONE
                                        && isOneHost(unit, entry)
                                        && about(unit, entry).stream().anyMatch(mine::isAbout)));
    }

    private boolean revokes(String unit, Entry entry) {
        return entries(Marker.REVOKED)
                .anyMatch(mine -> mine.key().equals(entry.key())
                        && about(unit, entry).stream().anyMatch(mine::isAbout));
    }

    private Stream<Entry> entries(Marker marker) {
        return lines.stream().flatMap(line -> line.entry().stream()).filter(entry -> entry.marker() == marker);
    }

    private static boolean isOneHost(String unit, Entry entry) {
        return entry.isHashed() || entry.isPlain() && !unit.contains(",");
    }

    /** Returns the hosts that a part of a line is about, as far as we know them by name. */
    private List<String> about(String unit, Entry entry) {
        return isOneHost(unit, entry) && !entry.isHashed()
                ? List.of(unit.toLowerCase(Locale.ROOT))
                : knownNames.stream().filter(entry::isAbout).sorted().toList();
    }

    /** Returns our lines with a key for the same host that is not one of the site's keys. */
    private List<KnownHostsLine> stale(String unit, Entry entry) {
        if (entry.marker() == Marker.REVOKED) {
            return List.of();
        }
        List<String> hosts = entry.marker() == Marker.NONE ? about(unit, entry) : List.of();
        return lines.stream()
                .filter(line -> line.entry()
                        .filter(mine -> mine.marker() == entry.marker()
                                && mine.key().type().equals(entry.key().type()))
                        .filter(mine -> mine.names().equals(unit) && !siteHas(unit, mine)
                                || hosts.stream().anyMatch(host -> mine.isAbout(host) && !siteHasFor(host, mine)))
                        .isPresent())
                .toList();
    }

    private boolean siteHas(String names, Entry mine) {
        return siteEntries(mine).anyMatch(theirs -> theirs.names().equals(names) || theirs.isAbout(names));
    }

    private boolean siteHasFor(String host, Entry mine) {
        return siteEntries(mine).anyMatch(theirs -> theirs.isAbout(host));
    }

    private Stream<Entry> siteEntries(Entry mine) {
        return site.lines().stream()
                .flatMap(line -> line.entry().stream())
                .filter(theirs ->
                        theirs.marker() == mine.marker() && theirs.key().equals(mine.key()));
    }

    /**
     * Removes the changed keys of a host, and puts the new one where a line is about no other host.
     *
     * @param together all names that get the new key
     * @return whether the list contains the new key now; if not, the caller must add a line
     */
    private boolean replaceInPlace(String unit, List<String> together, Entry entry) {
        boolean placed = holds(unit, entry);
        for (KnownHostsLine line : stale(unit, entry)) {
            int at = lines.indexOf(line);
            Entry mine = line.entry().orElseThrow();
            boolean nothingElse = mine.names().equals(unit)
                    || mine.isHashed()
                    || mine.isPlain() && Set.copyOf(together).containsAll(mine.nameList());
            boolean serves = mine.names().equals(unit) || isOneHost(unit, entry) && nothingElse;
            if (serves && !placed) {
                lines.set(at, line.withKey(entry.key()));
                placed = true;
            } else if (nothingElse) {
                lines.remove(at);
            } else {
                without(mine, about(unit, entry))
                        .ifPresentOrElse(names -> lines.set(at, line.withNames(names)), () -> lines.remove(at));
            }
        }
        return placed;
    }

    /**
     * Returns the names of a line without some hosts; patterns that match one of them get an exception. Empty if
     * nothing is left.
     */
    private static Optional<String> without(Entry mine, List<String> hosts) {
        List<String> names = new ArrayList<>(mine.nameList());
        names.removeAll(hosts);
        for (String host : hosts) {
            if (HostPatterns.listMatches(String.join(",", names), host)) {
                names.add("!" + host);
            }
        }
        return names.stream().allMatch(name -> name.startsWith("!"))
                ? Optional.empty()
                : Optional.of(String.join(",", names));
    }

    private void append(String names, Entry entry) {
        int last = lines.size() - 1;
        if (last >= 0 && !lines.get(last).text().endsWith("\n")) {
            lines.set(last, KnownHostsLine.parse(last + 1, lines.get(last).text() + "\n"));
        }
        String marker =
                switch (entry.marker()) {
                    case NONE -> "";
                    case CERT_AUTHORITY -> "@cert-authority ";
                    case REVOKED -> "@revoked ";
                };
        String comment = entry.comment().isEmpty() ? "" : " " + entry.comment();
        String text =
                marker + names + " " + entry.key().type() + " " + entry.key().base64() + comment + "\n";
        lines.add(KnownHostsLine.parse(lines.size() + 1, text));
    }
}
