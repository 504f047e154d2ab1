package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Describable;
import hudson.model.Descriptor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.htmlunit.Page;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.ClassDescriptor;
import org.kohsuke.stapler.DataBoundSetter;

/** All that can be set, found in the plugin's classes, is explained where it is set. */
@WithJenkins
class HelpTest {

    @Test
    void everyFieldHasHelpThatIsServed(JenkinsRule j) throws Exception {
        int fields = 0;
        try (JenkinsRule.WebClient client = j.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            for (Descriptor<?> descriptor : j.jenkins.getExtensionList(Descriptor.class)) {
                if (!isOurs(descriptor.getClass())) {
                    continue;
                }
                for (String field : fields(descriptor.clazz)) {
                    String name = descriptor.clazz.getSimpleName() + "/help-" + field + ".html";
                    String url = descriptor.getHelpFile(field);
                    assertThat(url).as("there is no " + name).isNotNull();
                    Page page = client.goTo(url.substring(1), null);
                    assertThat(page.getWebResponse().getStatusCode())
                            .as("there is no " + name)
                            .isEqualTo(200);
                    String text = page.getWebResponse()
                            .getContentAsString()
                            .replaceAll("<[^>]*>", "")
                            .strip();
                    assertThat(text.length() > 20 && text.matches("(?s).*[.?)]"))
                            .as(name + " is " + text)
                            .isTrue();
                    fields++;
                }
            }
        }
        assertThat(fields).as("found " + fields).isGreaterThan(80);
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("io.jenkins.plugins.loadshare.")
                && !type.getName().contains("Local");
    }

    /** Fields with a form of their own explain themselves. */
    private static Iterable<String> fields(Class<?> type) {
        Map<String, Class<?>> fields = new TreeMap<>();
        try {
            ClassDescriptor constructor = new ClassDescriptor(type);
            String[] names = constructor.loadConstructorParamNames();
            for (var candidate : type.getConstructors()) {
                if (candidate.getParameterCount() == names.length) {
                    for (int i = 0; i < names.length; i++) {
                        fields.put(names[i], candidate.getParameterTypes()[i]);
                    }
                }
            }
        } catch (org.kohsuke.stapler.NoStaplerConstructorException e) {
            // a global configuration is made by Jenkins itself
        }
        for (Method method : type.getMethods()) {
            if (method.isAnnotationPresent(DataBoundSetter.class) && isOurs(method.getDeclaringClass())) {
                String name = method.getName().substring("set".length());
                fields.put(Character.toLowerCase(name.charAt(0)) + name.substring(1), method.getParameterTypes()[0]);
            }
        }
        fields.values()
                .removeIf(field ->
                        Describable.class.isAssignableFrom(field) && !Modifier.isAbstract(field.getModifiers()));
        return fields.keySet();
    }
}
