package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.host.HostName;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlButton;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who gets what of the page, as page and as JSON. */
@WithJenkins
class PageAccessTest {

    private static JenkinsRule jenkins;

    @TempDir
    Path directory;

    @BeforeAll
    static void start(JenkinsRule j) {
        jenkins = j;
    }

    @AfterEach
    void empty() throws Exception {
        SharedJenkins.empty(jenkins);
    }

    @BeforeEach
    void configure() {
        JenkinsRule j = jenkins;
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ)
                .everywhere()
                .to("nobody", "viewer", "scanner")
                .grant(LoadsharePermissions.VIEW)
                .everywhere()
                .to("viewer", "scanner")
                .grant(LoadsharePermissions.SCAN)
                .everywhere()
                .to("scanner"));
    }

    private int status(String user, HttpMethod method, String path) throws Exception {
        try (JenkinsRule.WebClient client = client(user)) {
            WebRequest request = new WebRequest(new URL(jenkins.getURL(), path), method);
            if (method == HttpMethod.POST) {
                client.addCrumb(request);
            }
            return client.getPage(request).getWebResponse().getStatusCode();
        }
    }

    private JenkinsRule.WebClient client(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .withJavaScriptEnabled(false) // it does not know the syntax of today
                .login(user);
    }

    @Test
    void whoMayNotViewGetsNothing() throws Exception {
        TestingHosts.working(4);
        for (String path : List.of(
                "",
                "api/json",
                "api/xml",
                "api/",
                "scan",
                "abort?job=x",
                "output?job=x",
                "unsuspend?host=l3",
                "host/l3/test",
                "host/l3/accept?fingerprint=x",
                "overview",
                "pool/meg/",
                "changes",
                "metrics",
                "content")) {
            assertThat(status("nobody", HttpMethod.GET, "loadshare/" + path))
                    .as(path)
                    .isEqualTo(403);
            assertThat(status("nobody", HttpMethod.POST, "loadshare/" + path))
                    .as(path)
                    .isEqualTo(403);
        }
        try (JenkinsRule.WebClient client = client("nobody")) {
            assertThat(client.goTo("").getWebResponse().getContentAsString()).doesNotContain("/loadshare");
        }
        try (JenkinsRule.WebClient client = client("viewer")) {
            assertThat(client.goTo("").getWebResponse().getContentAsString()).contains("/loadshare");
        }
    }

    @Test
    void onlyAPostOfWhoMayDoesSomething() throws Exception {
        TestingHosts.working(4);
        for (String action : List.of(
                "scan",
                "abort?job=x",
                "output?job=x",
                "unsuspend?host=l3",
                "host/l3/test",
                "host/l3/accept?fingerprint=x")) {
            assertThat(status("admin", HttpMethod.GET, "loadshare/" + action))
                    .as(action)
                    .isEqualTo(405);
        }
        assertThat(status("viewer", HttpMethod.GET, "loadshare/")).isEqualTo(200);
        assertThat(status("viewer", HttpMethod.POST, "loadshare/scan")).isEqualTo(403);
        assertThat(status("viewer", HttpMethod.POST, "loadshare/abort?job=x")).isEqualTo(403);
        assertThat(status("viewer", HttpMethod.POST, "loadshare/output?job=x")).isEqualTo(404);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/abort?job=x")).isEqualTo(403);
        assertThat(status("admin", HttpMethod.POST, "loadshare/abort?job=x")).isEqualTo(404);
        assertThat(status("viewer", HttpMethod.POST, "loadshare/unsuspend?host=l3"))
                .isEqualTo(403);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/unsuspend?host=l3"))
                .isEqualTo(200);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/unsuspend?host=l3"))
                .isEqualTo(404);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/unsuspend?host=none"))
                .isEqualTo(404);
        assertThat(status("viewer", HttpMethod.POST, "loadshare/host/l3/test")).isEqualTo(403);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/host/l3/accept?fingerprint=x"))
                .isEqualTo(403);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/host/l3/test")).isEqualTo(200);
        assertThat(status("scanner", HttpMethod.POST, "loadshare/scan")).isEqualTo(200);
    }

    @Test
    void jsonHasWhatTheCommandLinePrintsAndMore() throws Exception {
        TestingHosts.working(36);
        JSONObject all = json("loadshare/api/json?depth=1");
        JSONArray hosts = all.getJSONArray("hosts");
        assertThat(hosts.size()).isEqualTo(36);
        JSONObject drained = hosts.getJSONObject(1);
        assertThat(drained.getString("host")).isEqualTo("l2");
        assertThat(drained.getString("state")).isEqualTo("drained");
        assertThat(drained.getString("reason")).contains("new disks");
        assertThat(drained.isNullObject() || drained.get("score").toString().equals("null"))
                .isTrue();
        JSONObject up = hosts.getJSONObject(4);
        for (String key : List.of(
                "host",
                "state",
                "cores",
                "load1",
                "load5",
                "load15",
                "running",
                "external",
                "ownJobs",
                "memoryAvailable",
                "users",
                "desktops",
                "licenses",
                "age",
                "score",
                "reason",
                "history")) {
            assertThat(up.has(key)).as(key).isTrue();
        }
        assertThat(up.getInt("cores")).isEqualTo(16);
        assertThat(up.getJSONArray("licenses").getJSONObject(0).getString("license"))
                .isEqualTo("matlab");
        assertThat(up.getJSONArray("history").size()).isEqualTo(LoadHistory.SLOTS);
        JSONObject matlab = all.getJSONArray("licenses").getJSONObject(0);
        assertThat(matlab.getInt("seats")).isEqualTo(7);
        assertThat(matlab.getJSONArray("holders").getJSONObject(0).getString("user"))
                .isEqualTo("anna");
        JSONObject desktop = all.getJSONArray("desktops").getJSONObject(0);
        Instant since = Instant.parse(desktop.getString("since"));
        assertThat(Duration.between(since, Instant.now()).toDays()).isEqualTo(20);
        assertThat(withoutClass(desktop))
                .isEqualTo("{\"display\":\":1\",\"host\":\"l5\",\"idle\":1296000,\"longIdle\":true,\"since\":\"" + since
                        + "\",\"user\":\"anna\"}");
        try (JenkinsRule.WebClient client = client("viewer")) {
            assertThat(client.goTo("loadshare").getElementById("desktops").asNormalizedText())
                    .containsPattern("l5:1\tanna\t20d\\s+15d");
        }
        assertThat(json("loadshare/api/json")
                        .getJSONArray("hosts")
                        .getJSONObject(4)
                        .has("history"))
                .isFalse();
        assertThat(withoutClass(json("loadshare/api/json?tree=busy,hosts[host]{0,1}")))
                .isEqualTo("{\"busy\":false,\"hosts\":[{\"host\":\"l1\"}]}");
    }

    @Test
    void aPollReturnsNothingUntilSomethingChanges() throws Exception {
        TestingHosts.working(4);
        WebResponse first = poll("");
        assertThat(first.getStatusCode()).isEqualTo(200);
        assertThat(first.getContentLength()).isLessThan(2048);
        AtomicReference<String> newest = new AtomicReference<>();
        Waiting.until( // nodes may still be measured
                () -> {
                    newest.set(poll("").getResponseHeaderValue("ETag"));
                    WebResponse again = poll(newest.get());
                    return again.getStatusCode() == 304 && again.getContentLength() == 0;
                },
                () -> "every poll says that something changed");
        String tag = newest.get();

        JenkinsState.get().directory().drain(new HostName("l4"), "new disks", "anna", Instant.now());
        Waiting.until(() -> poll(tag).getStatusCode() == 200, () -> "the drained host does not change " + tag);
        try (JenkinsRule.WebClient client = client("viewer")) {
            HtmlPage content = client.goTo("loadshare/content");
            assertThat(content.asNormalizedText()).contains("by anna").contains("new disks");
            Waiting.until( // nodes may still be measured
                    () -> stamp(client.goTo("loadshare/content")).equals(etag(poll(""))),
                    () -> "the page has another stamp than the poll");
        }
    }

    /** Only an administrator may trust a key, only a new one, and only one with the fingerprint that was shown. */
    @Test
    void aNewKeyOfAHostIsTrustedAfterAnAdministratorHasComparedIt() throws Exception {
        try (Cluster cluster = Cluster.start(1)) {
            Path known = Files.writeString(directory.resolve("known_hosts"), "");
            Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
            Yaml.load(Hosts.yaml(cluster)
                    + Hosts.ssh(cluster, "credentialsId: key", "knownHostsFile: { path: \"" + known + "\" }"));
            try (JenkinsRule.WebClient client = client("scanner")) {
                HtmlPage page = test(client);
                assertThat(page.asNormalizedText()).contains("shows the unknown host key");
                assertThat(page.getElementsByName("fingerprint")).isEmpty();
            }
            try (JenkinsRule.WebClient client = client("admin")) {
                HtmlPage page = test(client);
                assertThat(page.asNormalizedText()).contains("Compare the fingerprint");
                HtmlInput fingerprint =
                        (HtmlInput) page.getElementsByName("fingerprint").get(0);
                HtmlButton trust = page.getFirstByXPath("//button[contains(., 'Trust the key ssh-ed25519 SHA256:')]");
                fingerprint.setValue("SHA256:" + "x".repeat(43));
                HtmlPage refused = trust.click();
                assertThat(refused.asNormalizedText()).contains("Nothing was trusted");
                assertThat(known).isEmptyFile();

                page = test(client);
                trust = page.getFirstByXPath("//button[contains(., 'Trust the key ssh-ed25519 SHA256:')]");
                HtmlPage connected = trust.click();
                assertThat(connected.asNormalizedText()).contains("Host h1 answers: load ");
                assertThat(known).content().contains(" ssh-ed25519 ");
                assertThat(Files.readAllLines(known)).hasSize(1);
            }
        }
    }

    private static HtmlPage test(JenkinsRule.WebClient client) throws Exception {
        HtmlPage page = client.goTo("loadshare/host/h1/");
        HtmlButton button = page.getFirstByXPath("//button[contains(., 'Test connection')]");
        return button.click();
    }

    private static String stamp(HtmlPage content) {
        return content.getElementById("loadshare").getAttribute("data-stamp");
    }

    private static String etag(WebResponse poll) {
        return poll.getResponseHeaderValue("ETag").replace("--gzip", "").replace("\"", ""); // the web server adds it
    }

    private WebResponse poll(String tag) throws Exception {
        try (JenkinsRule.WebClient client = client("viewer")) {
            WebRequest request = new WebRequest(new URL(jenkins.getURL(), "loadshare/changes"));
            request.setAdditionalHeader("If-None-Match", tag);
            return client.getPage(request).getWebResponse();
        }
    }

    @Test
    void buttonsWorkWithoutJavaScript() throws Exception {
        TestingHosts.working(4);
        try (JenkinsRule.WebClient client = client("scanner")) {
            HtmlPage page = client.goTo("loadshare/");
            HtmlButton lift = page.getFirstByXPath("//button[contains(., 'Lift the suspension')]");
            HtmlPage after = lift.click();
            assertThat(after.getWebResponse().getStatusCode()).isEqualTo(200);
            assertThat(after.asNormalizedText()).contains("1 drained").doesNotContain("1 suspended");
        }
    }

    private JSONObject json(String path) throws Exception {
        try (JenkinsRule.WebClient client = client("viewer")) {
            return client.getJSON(jenkins.getURL() + path).getJSONObject();
        }
    }

    private static String withoutClass(JSONObject json) {
        return json.toString().replaceAll("\"_class\":\"[^\"]*\",?", "");
    }

    @Test
    void prometheusGetsHostsJobsAndSeats() throws Exception {
        TestingHosts.working(6);
        try (JenkinsRule.WebClient client = client("viewer")) {
            WebResponse metrics = client.goTo("loadshare/metrics", "text/plain").getWebResponse();
            assertThat(metrics.getContentAsString())
                    .contains("# TYPE loadshare_hosts gauge\n")
                    .contains("loadshare_hosts{state=\"drained\"} 1\n")
                    .contains("loadshare_host_load1{host=\"l6\"} ")
                    .contains("loadshare_host_cores{host=\"l6\"} 32\n")
                    .contains("loadshare_license_seats{license=\"matlab\"} 1\n")
                    .contains("loadshare_waiting_requests 0\n")
                    .contains("loadshare_scan_duration_seconds ");
        }
    }

    @Test
    void theFrontPageSaysHowItGoesToThoseWhoMaySee() throws Exception {
        TestingHosts.working(6);
        String words = " of 6 hosts up, no jobs, 0 waiting"; // a scan may find all of them unreachable meanwhile
        try (JenkinsRule.WebClient client = client("viewer")) {
            String page = client.goTo("loadshare/").asNormalizedText();
            assertThat(client.goTo("").asNormalizedText()).as(page).contains(words);
        }
        try (JenkinsRule.WebClient client = client("nobody")) {
            assertThat(client.goTo("").asNormalizedText()).doesNotContain("hosts up");
        }
        try (JenkinsRule.WebClient client = client("admin")) {
            HtmlPage manage = client.goTo("manage");
            assertThat(manage.asNormalizedText()).contains(words);
            assertThat(client.goTo("manage/loadshare-hosts/").getUrl().getPath())
                    .endsWith("/loadshare/");
        }
    }

    @Test
    void administratorsAreWarnedWhenNoHostCanGetAJob() throws Exception {
        HostsMonitor monitor = ExtensionList.lookupSingleton(HostsMonitor.class);
        TestingHosts.configure("hosts: [ { name: here, local: true } ]");
        HostsMonitor.Check check = ExtensionList.lookupSingleton(HostsMonitor.Check.class);
        check.doRun();
        assertThat(monitor.isActivated()).isFalse();
        TestingHosts.configure("hosts: [ { name: gone, address: 127.0.0.1, port: 1 } ]\nssh: { credentialsId: lost }");
        check.doRun();
        assertThat(monitor.isActivated()).isTrue();
        try (JenkinsRule.WebClient client = client("admin")) {
            HtmlPage manage = client.goTo("manage");
            assertThat(manage.asNormalizedText())
                    .contains("there are no credentials 'lost'")
                    .contains("The only host did not answer the last scan.");
            for (String field : List.of("ssh", "hosts")) {
                HtmlPage form = ((HtmlAnchor)
                                manage.getFirstByXPath("//a[contains(@href, '#loadshare-" + field + "')]"))
                        .click();
                assertThat(form.getElementById("loadshare-" + field)).as(field).isNotNull();
            }
        }
    }

    @Test
    void theApiIsDocumented() throws Exception {
        try (JenkinsRule.WebClient client = client("viewer")) {
            String text = client.goTo("loadshare/api/").asNormalizedText();
            assertThat(text).contains("hosts[host,state,load1,score]");
        }
    }

    @Test
    void whatHostsAndPeopleWriteIsText() throws Exception {
        TestingHosts.working(4);
        JenkinsState.get()
                .directory()
                .drain(
                        Settings.current().core().inventory().at(3).name(),
                        "<script>alert(1)</script>${7*7}<img src=x onerror=alert(2)>",
                        "<b>eve</b>",
                        Instant.now().minus(Duration.ofHours(1)));
        try (JenkinsRule.WebClient client = client("viewer")) {
            String html = client.goTo("loadshare/").getWebResponse().getContentAsString();
            assertThat(html).contains("&lt;script>alert(1)&lt;/script>${7*7}&lt;img");
            assertThat(html).doesNotContain("<script>alert");
            assertThat(html).doesNotContain("<b>eve");
        }
    }
}
