package io.loadshare.license;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The report of a program that its license server gave it no license, as FlexNet and Matlab print it: {@code License
 * checkout failed} and {@code License Manager Error -4}.
 *
 * @param code the error of the license manager, a negative number; empty if it was not printed
 * @param feature the license that was not given, if it was printed
 */
public record LicenseFailure(OptionalInt code, Optional<String> feature) {

    /** The errors that pass without a change of the program, its license or its machine. */
    private static final Map<Integer, String> PASSING = Map.of(
            -4, "all seats are in use",
            -15, "the license server cannot be reached",
            -97, "the license server does not serve this license now");

    private static final Pattern FAILED = Pattern.compile("License checkout failed", Pattern.CASE_INSENSITIVE);
    private static final Pattern CODE = Pattern.compile(
            "(?:License Manager Error|FLEX(?:net|lm) (?:Licensing )?error|License error)\\s*:?\\s*(-\\d{1,3})\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern FEATURE = Pattern.compile(
            "^\\s*Feature:\\s*([\\w-]{1,64})|Maximum number of users for ([\\w-]{1,64}) reached",
            Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /** Finds the report in the last output of a program that failed. */
    public static Optional<LicenseFailure> find(String output) {
        Matcher code = CODE.matcher(output);
        if (!code.find()) {
            return FAILED.matcher(output).find()
                    ? Optional.of(new LicenseFailure(OptionalInt.empty(), feature(output)))
                    : Optional.empty();
        }
        return Optional.of(new LicenseFailure(OptionalInt.of(Integer.parseInt(code.group(1))), feature(output)));
    }

    private static Optional<String> feature(String output) {
        Matcher feature = FEATURE.matcher(output);
        return feature.find()
                ? Optional.of(feature.group(1) == null ? feature.group(2) : feature.group(1))
                : Optional.empty();
    }

    /** Returns whether the same program may get the license later. */
    public boolean mayPass() {
        return code.isEmpty() || PASSING.containsKey(code.getAsInt());
    }

    /** Returns what failed, to follow the name of the job. */
    @Override
    public String toString() {
        String cause = code.isEmpty()
                ? ""
                : ": License Manager Error " + code.getAsInt()
                        + Optional.ofNullable(PASSING.get(code.getAsInt()))
                                .map(words -> ", " + words)
                                .orElse(", which does not pass by itself");
        return "got no license"
                + feature.map(name -> " for " + name.toUpperCase(Locale.ROOT)).orElse("") + cause;
    }
}
