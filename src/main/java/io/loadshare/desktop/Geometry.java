package io.loadshare.desktop;

import io.loadshare.InvalidSettingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a screen in pixels. */
public record Geometry(int width, int height) {

    public static final Geometry DEFAULT = new Geometry(1920, 1080);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    /** The largest size of a screen in the protocol of X. */
    private static final int MAX = 32_767;

    private static final String RULE = "geometry must be WIDTHxHEIGHT in pixels, each from 1 to " + MAX;

    public Geometry {
        if (width < 1 || width > MAX || height < 1 || height > MAX) {
            throw new InvalidSettingException("geometry", RULE, width + "x" + height);
        }
    }

    public static Geometry parse(String text) {
        Matcher size = TEXT.matcher(text);
        if (!size.matches()) {
            throw new InvalidSettingException("geometry", RULE, "'" + text + "'");
        }
        return new Geometry(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
