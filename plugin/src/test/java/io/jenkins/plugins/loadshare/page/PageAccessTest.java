package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who gets what of the page, as page and as JSON. */
@WithJenkins
class PageAccessTest {

    private JenkinsRule jenkins;

    @BeforeEach
    void configure(JenkinsRule j) throws Exception {
        jenkins = j;
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
                "overview")) {
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
        for (String action : List.of("scan", "abort?job=x", "output?job=x", "unsuspend?host=l3")) {
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
        assertThat(json("loadshare/api/json")
                        .getJSONArray("hosts")
                        .getJSONObject(4)
                        .has("history"))
                .isFalse();
        assertThat(withoutClass(json("loadshare/api/json?tree=busy,hosts[host]{0,1}")))
                .isEqualTo("{\"busy\":false,\"hosts\":[{\"host\":\"l1\"}]}");
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
