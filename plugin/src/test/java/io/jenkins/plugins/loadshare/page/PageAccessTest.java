package io.jenkins.plugins.loadshare.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
            assertEquals(403, status("nobody", HttpMethod.GET, "loadshare/" + path), path);
            assertEquals(403, status("nobody", HttpMethod.POST, "loadshare/" + path), path);
        }
        try (JenkinsRule.WebClient client = client("nobody")) {
            assertFalse(client.goTo("").getWebResponse().getContentAsString().contains("/loadshare"));
        }
        try (JenkinsRule.WebClient client = client("viewer")) {
            assertTrue(client.goTo("").getWebResponse().getContentAsString().contains("/loadshare"));
        }
    }

    @Test
    void onlyAPostOfWhoMayDoesSomething() throws Exception {
        TestingHosts.working(4);
        for (String action : List.of("scan", "abort?job=x", "output?job=x", "unsuspend?host=l3")) {
            assertEquals(405, status("admin", HttpMethod.GET, "loadshare/" + action), action);
        }
        assertEquals(200, status("viewer", HttpMethod.GET, "loadshare/"));
        assertEquals(403, status("viewer", HttpMethod.POST, "loadshare/scan"));
        assertEquals(403, status("viewer", HttpMethod.POST, "loadshare/abort?job=x"));
        assertEquals(404, status("viewer", HttpMethod.POST, "loadshare/output?job=x"));
        assertEquals(403, status("scanner", HttpMethod.POST, "loadshare/abort?job=x"));
        assertEquals(404, status("admin", HttpMethod.POST, "loadshare/abort?job=x"));
        assertEquals(403, status("viewer", HttpMethod.POST, "loadshare/unsuspend?host=l3"));
        assertEquals(200, status("scanner", HttpMethod.POST, "loadshare/unsuspend?host=l3"));
        assertEquals(404, status("scanner", HttpMethod.POST, "loadshare/unsuspend?host=l3"));
        assertEquals(404, status("scanner", HttpMethod.POST, "loadshare/unsuspend?host=none"));
        assertEquals(200, status("scanner", HttpMethod.POST, "loadshare/scan"));
    }

    @Test
    void jsonHasWhatTheCommandLinePrintsAndMore() throws Exception {
        TestingHosts.working(36);
        JSONObject all = json("loadshare/api/json?depth=1");
        JSONArray hosts = all.getJSONArray("hosts");
        assertEquals(36, hosts.size());
        JSONObject drained = hosts.getJSONObject(1);
        assertEquals("l2", drained.getString("host"));
        assertEquals("drained", drained.getString("state"));
        assertTrue(drained.getString("reason").contains("new disks"));
        assertTrue(drained.isNullObject() || drained.get("score").toString().equals("null"));
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
            assertTrue(up.has(key), key);
        }
        assertEquals(16, up.getInt("cores"));
        assertEquals("matlab", up.getJSONArray("licenses").getJSONObject(0).getString("license"));
        assertEquals(LoadHistory.SLOTS, up.getJSONArray("history").size());
        JSONObject matlab = all.getJSONArray("licenses").getJSONObject(0);
        assertEquals(7, matlab.getInt("seats"));
        assertEquals("anna", matlab.getJSONArray("holders").getJSONObject(0).getString("user"));
        assertFalse(json("loadshare/api/json")
                .getJSONArray("hosts")
                .getJSONObject(4)
                .has("history"));
        assertEquals(
                "{\"busy\":false,\"hosts\":[{\"host\":\"l1\"}]}",
                withoutClass(json("loadshare/api/json?tree=busy,hosts[host]{0,1}")));
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
            assertTrue(text.contains("hosts[host,state,load1,score]"), text);
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
            assertTrue(html.contains("&lt;script>alert(1)&lt;/script>${7*7}&lt;img"), html);
            assertFalse(html.contains("<script>alert"), html);
            assertFalse(html.contains("<b>eve"), html);
        }
    }
}
