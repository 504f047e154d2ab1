package io.jenkins.plugins.loadshare.security;

import io.loadshare.Quoted;
import java.nio.file.Path;

/** A file on the controller, as written by administrators. */
public final class ControllerFile {

    private ControllerFile() {}

    /**
     * Returns the file: an absolute path, or a path after {@code ~/} in the home directory of the controller's user.
     *
     * @param key the name of the setting, for messages
     * @throws IllegalArgumentException if it begins with neither
     */
    public static Path of(String key, String text) {
        if (text.startsWith("~/")) {
            return Path.of(System.getProperty("user.home"), text.substring(2));
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(key + " must begin with '/' or '~/', was " + Quoted.of(text));
        }
        return Path.of(text);
    }
}
