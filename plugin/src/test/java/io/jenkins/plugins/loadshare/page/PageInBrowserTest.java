package io.jenkins.plugins.loadshare.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.WebElement;

/** The page as people use it. */
@WithJenkins
@Tag("browser")
class PageInBrowserTest {

    private Browser browser;

    @BeforeEach
    void openBrowser(JenkinsRule j) throws Exception {
        browser = Browser.of(j);
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void tableSortsByEachHeadAndUnknownComesLast() throws Exception {
        TestingHosts.working(36);
        browser.open("loadshare/");
        WebElement hosts = browser.the(
                "table", "Hosts with their load, as the last scan found them. The buttons in the head sort.");
        List<String> listed = browser.column(hosts, 0);
        assertEquals("l1", listed.get(0));
        browser.picture("hosts-36");

        browser.the("button", "Load").click();
        assertEquals("ascending", browser.the("columnheader", "Load").getDomAttribute("aria-sort"));
        browser.assertNoComplaint();
    }
}
