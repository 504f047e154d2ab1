package io.jenkins.plugins.loadshare.settings;

import hudson.Util;

/** The names of licenses as one text, separated by commas. */
public final class LicenseNames {

    private LicenseNames() {}

    /**
     * Adds names, which may be separated by blanks or commas.
     *
     * @return null if none is given
     */
    public static String add(String names, String more) {
        String all = Util.fixNull(names) + " " + Util.fixNull(more);
        return Util.fixEmpty(String.join(", ", Util.tokenize(all, " ,\t\r\n")));
    }
}
