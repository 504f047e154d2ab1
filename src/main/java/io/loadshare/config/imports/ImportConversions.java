package io.loadshare.config.imports;

import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import java.util.List;

/** Values of other programs' files in our words; null for what cannot be said in them. */
final class ImportConversions {

    private static final double TEN_YEARS = 3650 * 86_400.0;

    private ImportConversions() {}

    /** One short expression for the hosts, in their order, each once. */
    static String nodeSet(List<HostName> names) {
        List<HostName> hosts = names.stream().distinct().toList();
        if (hosts.size() <= HostSet.MAX_HOSTS) {
            String folded = HostSet.fold(hosts);
            if (HostSet.parse(folded).equals(hosts)) {
                return folded;
            }
        }
        return String.join(",", hosts.stream().map(HostName::value).toList());
    }

    /** Seconds in the largest unit that divides them. */
    static String duration(double seconds) {
        if (!(seconds >= 0 && seconds <= TEN_YEARS)) {
            return null;
        }
        long millis = Math.round(seconds * 1000);
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long whole = millis / 1000;
        return whole == 0 || whole % 60 != 0 ? whole + "s" : whole % 3600 != 0 ? whole / 60 + "m" : whole / 3600 + "h";
    }

    /** A finite decimal number. */
    static Double number(String text) {
        if (!text.chars().allMatch(c -> "0123456789.eE+-".indexOf(c) >= 0)) {
            return null;
        }
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A number without needless digits. */
    static String print(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    /** A number without a fraction, as an {@code int}. */
    static Integer wholeNumber(Double number) {
        return number != null && number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE
                ? number.intValue()
                : null;
    }
}
