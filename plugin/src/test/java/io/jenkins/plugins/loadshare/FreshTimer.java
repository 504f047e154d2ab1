package io.jenkins.plugins.loadshare;

import jenkins.util.Timer;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test class a timer of its own. The Jenkins of {@code InjectedTest} leaves its timer running, and the
 * periodic work of that Jenkins would act on the next one in the same JVM: its {@code AgentRequests} end all nodes of
 * loadshare, because they know none of them.
 */
public final class FreshTimer implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        boolean isNested =
                context.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
        if (!isNested) {
            Timer.shutdown();
        }
    }
}
