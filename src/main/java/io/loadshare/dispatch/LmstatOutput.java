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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The output of {@code lmstat -a}. For each feature it contains
 *
 * <pre>
 *  Users of MATLAB:  (Total of 34 licenses issued;  Total of 5 licenses in use)
 *    "MATLAB" v45, vendor: MLM, expiry: 01-jan-0000
 *      alice l07.site.org l07:3 (v45) (lic/27000 105), start Thu 11/22 17:00</pre>
 *
 * or, instead of the totals, the reason why they are unknown. A feature that several servers provide appears several
 * times.
 */
final class LmstatOutput {

    private static final Pattern FEATURE = Pattern.compile("Users of ([^\\s:]+):\\s*(.*)");
    private static final Pattern TOTALS = Pattern.compile(
            "\\(Total of (\\d{1,9}) (?:\\S+ )?licenses? issued;\\s+Total of (\\d{1,9}) licenses? in use\\)");
    private static final Pattern EXPIRY = Pattern.compile(".*\\bexpiry: (\\d{1,2}-[A-Za-z]{3}-\\d{4})\\b.*");
    private static final Pattern HOLDER = Pattern.compile("\\s+(\\S.*?)\\s+\\(v[^()]*\\) \\(.*/\\d+ \\d+\\), start .*");
    private static final Pattern DISPLAY = Pattern.compile("/dev/.*|[\\w.-]*:\\d+(\\.\\d+)?");
    private static final Pattern RESERVED = Pattern.compile("\\s+(\\d+ RESERVATIONs? for \\S+ \\S+).*");
    private static final Pattern VENDOR_DOWN = Pattern.compile("vendor daemon is down", Pattern.CASE_INSENSITIVE);
    private static final Pattern PREAMBLE =
            Pattern.compile("\\S+ - Copyright .*|Flexible License Manager status on .*");
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

    private boolean counted;
    private boolean uncounted;
    private int issued;
    private int inUse;
    private final Set<Seat> holders = new HashSet<>();
    private final List<String> reserved = new ArrayList<>();
    private Optional<String> complaint = Optional.empty();
    private Optional<LocalDate> lastExpiry = Optional.empty();

    LmstatOutput(String text, HostInventory inventory) {
        this.text = text;
        this.inventory = inventory;
    }

    /** Returns the usage of a feature. The case of its name does not matter. */
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
        if (counted) {
            return new ServerUsage.Known(issued, inUse, holders, reserved);
        }
        return uncounted ? new ServerUsage.Uncounted() : new ServerUsage.Unknown(trouble(feature));
    }

    private void readTotals(String rest) {
        Matcher totals = TOTALS.matcher(rest);
        if (totals.lookingAt()) {
            counted = true;
            issued += Integer.parseInt(totals.group(1));
            inUse += Integer.parseInt(totals.group(2));
        } else if (rest.startsWith("(Uncounted")) {
            uncounted = true;
        } else {
            complaint = Optional.of(rest);
        }
    }

    private void readDetail(String line) {
        Matcher expiry = EXPIRY.matcher(line);
        Matcher holder = HOLDER.matcher(line);
        Matcher reservation = RESERVED.matcher(line);
        if (expiry.matches()) {
            LocalDate date = date(expiry.group(1));
            lastExpiry = lastExpiry.filter(last -> last.isAfter(date)).or(() -> Optional.of(date));
        } else if (holder.matches()) {
            holder(holder.group(1).split("\\s+")).ifPresent(holders::add);
        } else if (reservation.matches()) {
            reserved.add(reservation.group(1).replace("RESERVATION", "reservation"));
        }
    }

    /**
     * Returns the seat that the words before the version name: user, host, display and more. Windows user names may
     * contain blanks, so the host is the word that is followed by its display; if no word is, the first configured
     * host. If neither exists, two or three words are user, host and, if present, display. A longer line counts for
     * nobody, because a seat must never be attributed to the wrong user.
     */
    private Optional<Seat> holder(String[] words) {
        IntPredicate hasDisplay = i -> i + 1 < words.length && isDisplayOf(words[i], words[i + 1]);
        int at = IntStream.range(1, words.length).filter(hasDisplay).findFirst().orElseGet(() -> IntStream.range(
                        1, words.length)
                .filter(i -> configured(words[i]).isPresent())
                .findFirst()
                .orElse(words.length == 2 || words.length == 3 ? 1 : 0));
        if (at == 0) {
            return Optional.empty();
        }
        String user = String.join(" ", Arrays.copyOf(words, at));
        return host(words[at]).map(host -> new Seat(user, host));
    }

    private static boolean isDisplayOf(String host, String word) {
        String display = word.toLowerCase(Locale.ROOT);
        String name = host.toLowerCase(Locale.ROOT);
        return display.equals(name)
                || display.startsWith(name + ":")
                || DISPLAY.matcher(word).matches();
    }

    /** Parses an expiry date. The year 0 means never. */
    private static LocalDate date(String word) {
        try {
            LocalDate date = LocalDate.parse(word, DATE);
            return date.getYear() == 0 ? LocalDate.MAX : date;
        } catch (DateTimeException e) {
            return LocalDate.MAX;
        }
    }

    /**
     * Returns the configured name of a host that lmstat reports under this name: found by name or address, otherwise by
     * the part before the first dot.
     */
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
        Optional<String> vendor = firstLine(VENDOR_DOWN);
        if (vendor.isEmpty() && complaint.isPresent()) {
            return "it reports for " + feature + ": " + excerpt(complaint.get());
        }
        return vendor.or(() -> firstLine(TROUBLE)).orElseGet(() -> {
            String rest = text.lines()
                    .filter(line -> !PREAMBLE.matcher(line.strip()).matches())
                    .collect(Collectors.joining("\n"))
                    .strip();
            return rest.isEmpty()
                    ? "it printed nothing about " + feature
                    : "it does not list " + feature + ": '" + excerpt(rest) + "'";
        });
    }

    private Optional<String> firstLine(Pattern pattern) {
        return text.lines()
                .filter(line -> pattern.matcher(line).find())
                .map(line -> excerpt(line.strip()))
                .findFirst();
    }

    private static String excerpt(String words) {
        String clean = words.replaceAll("\\p{Cntrl}+", " ");
        return clean.length() > EXCERPT ? clean.substring(0, EXCERPT) + "…" : clean;
    }
}
