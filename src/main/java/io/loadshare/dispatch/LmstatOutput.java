package io.loadshare.dispatch;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.license.Seat;
import io.loadshare.license.ServerUsage;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code lmstat -a} printed. Of each feature it says
 *
 * <pre>
 *  Users of MATLAB:  (Total of 34 licenses issued;  Total of 5 licenses in use)
 *    "MATLAB" v45, vendor: MLM, expiry: 01-jan-0000
 *      alice l07.site.org l07:3 (v45) (lic/27000 105), start Thu 11/22 17:00</pre>
 *
 * or, in place of the totals, why it cannot say. A feature that several servers serve is told of several times.
 */
final class LmstatOutput {

    private static final Pattern FEATURE = Pattern.compile("Users of ([^\\s:]+):\\s*(.*)");
    private static final Pattern TOTALS = Pattern.compile(
            "\\(Total of (\\d{1,9}) (?:\\S+ )?licenses? issued;\\s+Total of (\\d{1,9}) licenses? in use\\)");
    private static final Pattern EXPIRY = Pattern.compile(".*\\bexpiry: (\\d{1,2}-[A-Za-z]{3}-\\d{4})\\b.*");
    private static final Pattern HOLDER = Pattern.compile("\\s+(\\S+)\\s+(\\S+)\\s.*\\(.*/\\d+ \\d+\\), start .*");
    private static final Pattern TROUBLE = Pattern.compile(
            "Error getting status|lmgrd is not running|license server (system )?(machine )?(is )?down|Cannot connect",
            Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("d-MMM-uuuu")
            .toFormatter(Locale.ENGLISH);
    private static final int EXCERPT = 80;

    private final String text;
    private final HostInventory inventory;

    private boolean told;
    private int issued;
    private int inUse;
    private final Set<Seat> holders = new HashSet<>();
    private Optional<String> complaint = Optional.empty();
    private Optional<LocalDate> lastExpiry = Optional.empty();

    LmstatOutput(String text, HostInventory inventory) {
        this.text = text;
        this.inventory = inventory;
    }

    /** What it says of a feature, whatever the case of its name. */
    ServerUsage usage(String feature, LocalDate today) {
        boolean ofFeature = false;
        for (String line : text.lines().toList()) {
            Matcher matcher = FEATURE.matcher(line);
            if (matcher.find()) {
                ofFeature = matcher.group(1).equalsIgnoreCase(feature);
                if (ofFeature) {
                    readTotals(matcher.group(2));
                }
            } else if (ofFeature) {
                readDetail(line);
            }
        }
        if (lastExpiry.isPresent() && lastExpiry.get().isBefore(today)) {
            return new ServerUsage.Unknown("license " + feature + " expired on " + lastExpiry.get());
        }
        return told ? new ServerUsage.Known(issued, inUse, holders) : new ServerUsage.Unknown(trouble(feature));
    }

    private void readTotals(String rest) {
        Matcher totals = TOTALS.matcher(rest);
        if (totals.lookingAt()) {
            told = true;
            issued += Integer.parseInt(totals.group(1));
            inUse += Integer.parseInt(totals.group(2));
        } else {
            complaint = Optional.of(rest);
        }
    }

    private void readDetail(String line) {
        Matcher expiry = EXPIRY.matcher(line);
        Matcher holder = HOLDER.matcher(line);
        if (expiry.matches()) {
            LocalDate date = date(expiry.group(1));
            lastExpiry = lastExpiry.filter(last -> last.isAfter(date)).or(() -> Optional.of(date));
        } else if (holder.matches()) {
            host(holder.group(2)).ifPresent(host -> holders.add(new Seat(holder.group(1), host)));
        }
    }

    /** The year 0 stands for never. */
    private static LocalDate date(String word) {
        try {
            LocalDate date = LocalDate.parse(word, DATE);
            return date.getYear() == 0 ? LocalDate.MAX : date;
        } catch (DateTimeException e) {
            return LocalDate.MAX;
        }
    }

    /** The configured name of a host that calls itself so: by name or address, else by what stands before the first dot. */
    private Optional<HostName> host(String word) {
        Optional<HostName> whole = configured(word);
        Optional<HostName> known = whole.isPresent() ? whole : configured(shortName(word));
        if (known.isPresent()) {
            return known;
        }
        try {
            return Optional.of(new HostName(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<HostName> configured(String word) {
        return inventory.hosts().stream()
                .filter(host -> host.name().value().equalsIgnoreCase(word)
                        || host.address().equalsIgnoreCase(word)
                        || shortName(host.name().value()).equalsIgnoreCase(word))
                .map(Host::name)
                .findFirst();
    }

    private static String shortName(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private String trouble(String feature) {
        if (complaint.isPresent()) {
            return "of " + feature + " it says: " + excerpt(complaint.get());
        }
        return text.lines()
                .filter(line -> TROUBLE.matcher(line).find())
                .map(line -> excerpt(line.strip()))
                .findFirst()
                .orElseGet(() -> text.isBlank()
                        ? "it said nothing"
                        : "it does not speak of " + feature + ": '" + excerpt(text.strip()) + "'");
    }

    private static String excerpt(String words) {
        String clean = words.replaceAll("\\p{Cntrl}+", " ");
        return clean.length() > EXCERPT ? clean.substring(0, EXCERPT) + "…" : clean;
    }
}
