package io.jenkins.plugins.loadshare.settings;

import io.loadshare.config.Configuration;
import java.util.List;

/** Settings as values that can be compared. */
final class Compared {

    private Compared() {}

    static List<Object> of(Settings settings) {
        Configuration core = settings.core();
        return List.of(
                core.inventory().hosts(),
                core.inventory().pools(),
                settings.poolUsers(),
                core.licenses(),
                core.software(),
                core.scan(),
                core.placement(),
                core.retry(),
                core.query(),
                core.ssh(),
                core.job(),
                core.desktop(),
                settings.credentialsId(),
                settings.hostKeys().map(Object::getClass),
                settings.balancer(),
                settings.collect());
    }
}
