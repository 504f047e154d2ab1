package io.jenkins.plugins.loadshare.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.util.NameValuePair;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.interceptor.RequirePOST;
import org.kohsuke.stapler.verb.GET;
import org.kohsuke.stapler.verb.POST;

/** All HTTP methods of the plugin, found in its classes: each requires a POST, and shows nothing to users without permission. */
@WithJenkins
class WebMethodsTest {

    /** What only administrators may see: names of credentials, pools, hosts and licenses. */
    private static final List<String> SECRETS =
            List.of("hidden-credential", "hidden-pool", "hidden-host", "hidden-license");

    /** Those that change nothing and contact nobody. */
    private static final Set<String> READING = Set.of("doChanges", "doMetrics", "doIndex");

    private JenkinsRule jenkins;

    @BeforeEach
    void configure(JenkinsRule j) throws Exception {
        jenkins = j;
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "hidden-credential", "", "someone", "s3cret-s3cret-s3cret"));
        Yaml.load("hosts: [ { name: hidden-host, address: 127.0.0.1, port: 1 } ]\n"
                + "pools: [ { name: hidden-pool, hosts: hidden-host } ]\n"
                + "licenses: [ { name: hidden-license, process: MATLAB, perUser: 8 } ]");
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, hudson.model.Item.READ)
                .everywhere()
                .to("nobody"));
    }

    /** Every public method of the plugin's classes that Stapler would take for a web method. */
    private static List<Method> webMethods() throws IOException {
        Path root = codeOf(LoadsharePermissions.class);
        try (Stream<Path> files = Files.walk(root.resolve("io/jenkins/plugins/loadshare"))) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .flatMap(name -> Arrays.stream(load(name).getDeclaredMethods()))
                    .filter(method -> method.getName().matches("do[A-Z].*"))
                    .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()) && !method.isBridge())
                    .toList();
        }
    }

    private static Path codeOf(Class<?> one) {
        return Path.of(URI.create(
                one.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, WebMethodsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    @Test
    void eachThatChangesSomethingRequiresAPost() throws Exception {
        List<Method> methods = webMethods();
        assertThat(methods.size()).as(methods::toString).isGreaterThan(20);
        for (Method method : methods) {
            boolean reads = READING.contains(method.getName()) && method.isAnnotationPresent(GET.class);
            assertThat(reads || method.isAnnotationPresent(POST.class) || method.isAnnotationPresent(RequirePOST.class))
                    .as(method + " lacks @POST or @RequirePOST")
                    .isTrue();
        }
    }

    @Test
    void formMethodsShowNothingWithoutPermission() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject("job");
        List<String> shown = new ArrayList<>();
        try (JenkinsRule.WebClient admin = client("admin");
                JenkinsRule.WebClient nobody = client("nobody")) {
            for (String question : questions()) {
                for (String where : List.of("", project.getUrl())) {
                    String path = where + "descriptorByName/" + question;
                    int got = ask(nobody, HttpMethod.GET, path).getWebResponse().getStatusCode();
                    assertThat(got == 404 || got == 405)
                            .as(path + " may be asked by GET: " + got)
                            .isTrue();
                    Page answer = ask(nobody, HttpMethod.POST, path);
                    String text = answer.getWebResponse().getContentAsString();
                    assertThat(answer.getWebResponse().getStatusCode())
                            .as(path + ": " + text)
                            .isEqualTo(200);
                    SECRETS.forEach(secret ->
                            assertThat(text).as(() -> path + " shows " + secret).doesNotContain(secret));
                    assertThat(text.contains("class=error") || text.contains("class=warning"))
                            .as(path + ": " + text)
                            .isFalse();
                    String all =
                            ask(admin, HttpMethod.POST, path).getWebResponse().getContentAsString();
                    SECRETS.stream().filter(all::contains).forEach(shown::add);
                }
            }
        }
        assertThat(shown)
                .as("shown to administrators: " + shown)
                .containsAll(List.of("hidden-credential", "hidden-license"));
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("io.jenkins.plugins.loadshare.");
    }

    /** What the forms of the plugin's descriptors ask: {@code CLASS/checkFIELD} and {@code CLASS/fillFIELDItems}. */
    @SuppressWarnings("rawtypes")
    private List<String> questions() {
        List<String> questions = new ArrayList<>();
        for (Descriptor descriptor : jenkins.jenkins.getExtensionList(Descriptor.class)) {
            if (isOurs(descriptor.getClass())) {
                Arrays.stream(descriptor.getClass().getMethods())
                        .filter(method -> isOurs(method.getDeclaringClass()))
                        .map(Method::getName)
                        .filter(name -> name.matches("do(Check|Fill)[A-Z].*"))
                        .forEach(name -> questions.add(
                                descriptor.getId() + "/" + Character.toLowerCase(name.charAt(2)) + name.substring(3)));
            }
        }
        assertThat(questions.size()).as(questions::toString).isGreaterThan(40);
        return questions;
    }

    private JenkinsRule.WebClient client(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .withJavaScriptEnabled(false)
                .login(user);
    }

    /** Asks with a value that cannot be right. */
    private Page ask(JenkinsRule.WebClient client, HttpMethod method, String path) throws Exception {
        WebRequest request = new WebRequest(new URL(jenkins.getURL(), path), method);
        request.setRequestParameters(List.of(
                new NameValuePair("value", "no such thing \u0001"),
                new NameValuePair("license", ""),
                new NameValuePair("credentialsId", "")));
        if (method == HttpMethod.POST) {
            client.addCrumb(request);
        }
        return client.getPage(request);
    }
}
