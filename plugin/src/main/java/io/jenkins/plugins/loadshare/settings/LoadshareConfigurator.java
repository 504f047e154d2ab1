package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import io.jenkins.plugins.casc.BaseConfigurator;
import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.casc.model.CNode;
import io.jenkins.plugins.casc.model.Mapping;
import io.jenkins.plugins.casc.model.Scalar;
import io.jenkins.plugins.casc.model.Sequence;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Applies the configuration from YAML with Configuration as Code, if that plugin is installed. It differs from the
 * default in three ways: settings that the YAML omits get their defaults, a decimal number that Configuration as Code
 * ignores is an error, and shell variables in shell text are kept.
 */
@Extension(optional = true)
public final class LoadshareConfigurator extends BaseConfigurator<LoadshareConfiguration> {

    private static final Logger LOGGER = Logger.getLogger(LoadshareConfigurator.class.getName());

    /** Settings that contain shell text, in which <code>${NAME}</code> is a variable on the host. */
    private static final Set<String> SHELL_TEXT = Set.of("setup", "command", "worker", "batch", "check", "session");

    /** What Configuration as Code would replace. A caret before it prevents that. */
    private static final Pattern VARIABLE = Pattern.compile("(?<!\\^)\\$\\{");

    @Override
    public Class<LoadshareConfiguration> getTarget() {
        return LoadshareConfiguration.class;
    }

    @Override
    public String getName() {
        return "loadshare";
    }

    @Override
    protected LoadshareConfiguration instance(Mapping mapping, ConfigurationContext context) {
        return LoadshareConfiguration.get();
    }

    @Override
    protected void configure(
            Mapping config, LoadshareConfiguration instance, boolean dryrun, ConfigurationContext context)
            throws ConfiguratorException {
        Optional<String> fraction = YamlDecimals.first(config);
        if (fraction.isPresent()) {
            throw new ConfiguratorException(this, fraction.get());
        }
        YamlDecimals.unseen(config).ifPresent(warning -> {
            context.warning(config, warning);
            if (!dryrun) { // no page shows the warnings of YAML that is applied
                LOGGER.warning(warning);
            }
        });
        prepare(config, false);
        if (dryrun) {
            super.configure(config, instance, true, context);
            return;
        }
        instance.reset();
        try {
            super.configure(config, instance, false, context);
        } catch (RuntimeException e) { // ConfiguratorException is one as well
            instance.load();
            throw e;
        }
    }

    /** Adds carets before the variables in shell text. */
    private static void prepare(CNode node, boolean shellText) {
        if (node instanceof Mapping mapping) {
            mapping.replaceAll((key, value) -> prepared(value, SHELL_TEXT.contains(key)));
        } else if (node instanceof Sequence sequence) {
            sequence.replaceAll(element -> prepared(element, shellText));
        }
    }

    private static CNode prepared(CNode node, boolean shellText) {
        prepare(node, shellText);
        return shellText && node instanceof Scalar scalar
                ? new Scalar(VARIABLE.matcher(scalar.getValue()).replaceAll("^\\${"), scalar.getSource())
                : node;
    }
}
