package io.jenkins.plugins.loadshare.settings;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.casc.yaml.YamlSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/** Configuration as code for tests. */
public final class Yaml {

    private Yaml() {}

    /** The example of the plugin's README. */
    static String readme() throws IOException {
        Matcher block =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        if (!block.find()) {
            throw new AssertionError("README.md has no yaml block");
        }
        return block.group(1);
    }

    /** Restores the defaults, also in the file. */
    public static void forget() throws IOException {
        LoadshareConfiguration configuration = LoadshareConfiguration.get();
        Files.deleteIfExists(
                Jenkins.get().getRootDir().toPath().resolve(LoadshareConfiguration.class.getName() + ".xml"));
        configuration.load();
        configuration.save();
    }

    /** What stands under {@code unclassified: loadshare:}, indented by four blanks. */
    public static void load(String yaml) throws ConfiguratorException {
        byte[] text = ("unclassified:\n  loadshare:\n" + yaml.indent(4)).getBytes(StandardCharsets.UTF_8);
        ConfigurationAsCode.get().configureWith(YamlSource.of(new ByteArrayInputStream(text)));
    }

    public static void loadWhole(String yaml) throws ConfiguratorException {
        byte[] text = yaml.getBytes(StandardCharsets.UTF_8);
        ConfigurationAsCode.get().configureWith(YamlSource.of(new ByteArrayInputStream(text)));
    }

    public static String exportWhole() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The part about loadshare of an export. */
    static String export() throws Exception {
        String out = exportWhole();
        Matcher part = Pattern.compile("(?m)^  loadshare:\n(?:    .*\n)+").matcher(out);
        if (!part.find()) {
            throw new AssertionError("nothing of loadshare in " + out);
        }
        return "unclassified:\n" + part.group();
    }
}
