package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.loadshare.SharedJenkins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The hosts and licenses of the page, as people use them. */
@WithJenkins
@Tag("browser")
class PageInBrowserTest {

    private static final String HOSTS = "Hosts with their load at the last scan. Click a column head to sort.";

    private static JenkinsRule jenkins;
    private Browser browser;

    @BeforeAll
    static void start(JenkinsRule j) {
        jenkins = j;
    }

    @BeforeEach
    void openBrowser() throws Exception {
        browser = Browser.of(jenkins);
    }

    @AfterEach
    void closeBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
        SharedJenkins.empty(jenkins);
    }

    @Test
    void tableSortsByItsHeadAndUnknownComesLast() throws Exception {
        TestingHosts.working(36);
        browser.open("loadshare/");
        WebElement hosts = browser.the("table", HOSTS);
        List<String> names = IntStream.rangeClosed(1, 36).mapToObj(i -> "l" + i).toList();
        assertThat(browser.column(hosts, 0)).isEqualTo(names);

        browser.the("button", "Load").click();
        assertThat(browser.the("columnheader", "Load").getDomAttribute("aria-sort"))
                .isEqualTo("ascending");
        List<Double> rising = numbers(browser.column(hosts, 2));
        assertThat(rising).isEqualTo(sorted(rising, Comparator.naturalOrder()));
        assertThat(rising.get(0)).as(rising::toString).isLessThan(rising.get(34));
        assertThat(browser.column(hosts, 2).get(35)).isEqualTo("–");

        browser.the("button", "Score").click();
        String status = browser.the("status", "").getText();
        List<String> scores = browser.column(hosts, 9);
        WebElement score = hosts.findElement(By.tagName("summary"));
        score.click();
        assertThat(score.findElement(By.xpath("..")).getText())
                .matches("(?s)" + scores.get(0) + "\\s+\\(external load .* = [0-9.]+");
        List<String> best = browser.column(hosts, 0).subList(0, scores.lastIndexOf(scores.get(0)) + 1);
        assertThat(best.stream().anyMatch(host -> status.contains("Least loaded: " + host)))
                .as(() -> best + ": " + status)
                .isTrue();
        browser.the("button", "Load").click();

        browser.the("button", "Load").click();
        assertThat(browser.the("columnheader", "Load").getDomAttribute("aria-sort"))
                .isEqualTo("descending");
        List<Double> falling = numbers(browser.column(hosts, 2));
        assertThat(falling).isEqualTo(sorted(falling, Comparator.reverseOrder()));
        assertThat(browser.column(hosts, 2).get(35)).isEqualTo("–");

        browser.the("button", "Host").click();
        assertThat(browser.column(hosts, 0)).as("l10 comes after l9").isEqualTo(names);
        assertThat(browser.the("columnheader", "Load").getDomAttribute("aria-sort"))
                .isNull();
    }

    @Test
    void theKeyboardWillDo() throws Exception {
        TestingHosts.working(5);
        browser.open("loadshare/");
        WebElement focused = null;
        List<String> passed = new ArrayList<>();
        for (int i = 0;
                i < 60 && (focused == null || !focused.getAccessibleName().equals("State"));
                i++) {
            browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
            focused = browser.driver().switchTo().activeElement();
            passed.add(focused.getAccessibleName());
        }
        assertThat(passed.indexOf("Scan now") < passed.indexOf("Hosts"))
                .as(passed::toString)
                .isTrue();
        assertThat(passed.indexOf("Hosts") < passed.indexOf("Host"))
                .as(passed::toString)
                .isTrue();
        focused.sendKeys(Keys.ENTER);
        assertThat(browser.the("columnheader", "State").getDomAttribute("aria-sort"))
                .isEqualTo("ascending");
        focused.sendKeys(Keys.SPACE);
        assertThat(browser.the("columnheader", "State").getDomAttribute("aria-sort"))
                .isEqualTo("descending");
        assertThat(browser.driver().switchTo().activeElement().getAriaRole())
                .as("sorting leaves the focus where it is")
                .isEqualTo("button");
    }

    @Test
    void eachHostHasItsStateItsReasonAndItsDay() throws Exception {
        TestingHosts.working(36);
        browser.open("loadshare/");
        WebElement hosts = browser.the("table", HOSTS);
        List<String> states = browser.column(hosts, 1);
        assertThat(states.subList(0, 4)).isEqualTo(List.of("unreachable", "drained", "suspended", "up"));
        List<String> remarks = browser.column(hosts, 11);
        assertThat(remarks.get(0)).contains("Connection refused");
        assertThat(remarks.get(0)).matches("for [0-9ms]+: cannot be reached at 127.0.0.1: .*");
        assertThat(remarks.get(1)).isEqualTo("by anna, 2d ago: new disks");
        assertThat(remarks.get(2))
                .matches("for another [89]m(\\d+s)?: 5 jobs in a row failed within 3 s\\s+Lift the suspension");
        assertThat(remarks.get(3)).isEqualTo("");

        List<WebElement> graphs = hosts.findElements(By.cssSelector("[role=img]"));
        assertThat(graphs).hasSize(36);
        for (WebElement graph : graphs) {
            assertThat(graph.getAccessibleName()).matches("Load of the last 24 hours: highest [0-9.]+, .* ago|.*, now");
        }
        assertThat((Boolean) browser.script("const b = document.querySelector('.loadshare-graph-area').getBBox();"
                        + "return b.width > 100 && b.height > 5"))
                .as("the first graph draws most of the day, but the hours in which the host did not answer")
                .isTrue();
        assertThat(browser.the("status", "").getText())
                .contains("36 hosts: 33 up, 1 unreachable, 1 drained, 1 suspended");
    }

    @Test
    void aHostHasChartsOfItsDayAndItsWeek() throws Exception {
        TestingHosts.working(5);
        browser.open("loadshare/");
        browser.the("link", "l4").click();
        browser.the("heading", "l4");
        browser.the("heading", "Load of the last 7 days");
        List<WebElement> charts = browser.all("image");
        assertThat(charts).hasSize(6);
        assertThat(charts.get(0).getAccessibleName()).startsWith("Load of the last 24 hours: highest ");
        List<WebElement> tables = browser.all("table");
        assertThat(browser.column(tables.get(0), 1)).hasSize(12).anyMatch(load -> load.matches("[0-9.]+"));
        assertThat(browser.column(tables.get(3), 0).get(0)).isEqualTo("0s");
        browser.the("button", "Test connection").click();
        assertThat(browser.await("the result", d -> browser.all("status").get(0))
                        .getText())
                .contains("Connection refused");
        browser.assertAccessible("#loadshare");
        browser.picture("host");
    }

    @Test
    void aPoolHasItsSumsAndCharts() throws Exception {
        TestingHosts.working(5, "pools: [ { name: meg, hosts: 'l[3-5]' } ]\n");
        Instant now = Instant.now();
        HistoryKeeper.get()
                .history(HistoryKeeper.Chart.WAITING_DAY)
                .note(List.of(new Reading(Reading.ofPool("meg"), now, 0, 0, 7)), now);
        browser.open("loadshare/");
        WebElement table = browser.the("table", "Pools, with the sums over their hosts that are up");
        assertThat(browser.column(table, 1)).containsExactly("2 of 3");
        browser.the("link", "meg").click();
        browser.the("heading", "Pool meg");
        browser.the("heading", "Waiting requests in the last 7 days");
        List<WebElement> charts = browser.all("image");
        assertThat(charts).hasSize(6);
        assertThat(charts.get(0).getAccessibleName()).startsWith("Load of the last 24 hours: highest ");
        assertThat(charts.get(4).getAccessibleName()).startsWith("Waiting requests in the last 24 hours: highest 7");
        browser.assertAccessible("#loadshare");
        browser.picture("pool");
    }

    @Test
    void agesGrowWhileThePageIsOpen() throws Exception {
        TestingHosts.working(4);
        browser.open("loadshare/");
        WebElement hosts = browser.the("table", HOSTS);
        String before = browser.column(hosts, 10).get(3);
        browser.await(
                "an age other than " + before,
                d -> !browser.column(hosts, 10).get(3).equals(before));
        assertThat(browser.column(hosts, 10).get(3))
                .as(() -> browser.column(hosts, 10).toString())
                .matches("\\d+s");
    }

    @Test
    void licensesTellWhoHoldsWhat() throws Exception {
        TestingHosts.working(36);
        browser.open("loadshare/");
        WebElement licenses = browser.the("table", "Licenses with their rules and holders");
        assertThat(browser.column(licenses, 0)).isEqualTo(List.of("matlab", "idl"));
        assertThat(browser.column(licenses, 2)).isEqualTo(List.of("7", "0"));
        assertThat(browser.column(licenses, 4).get(0))
                .as(() -> browser.column(licenses, 4).toString())
                .startsWith("anna on l[5,15,25,35], 8 jobs");
        assertThat(browser.column(licenses, 4).get(1)).isEqualTo("nobody");
    }

    @Test
    void theLicenseServersFiguresComeOnceItHasAnswered() throws Exception {
        Path lmstat = Files.writeString(
                Files.createTempFile("lmstat", ""),
                "Users of MATLAB:  (Total of 34 licenses issued;  Total of 5 licenses in use)\n");
        TestingHosts.configure("hosts: [ { name: here, local: true } ]\nlicenses: [ { name: matlab, process: MATLAB,"
                + " perUser: 8, server: [cat, \"" + lmstat + "\"] } ]");
        browser.open("loadshare/");
        browser.await(
                "the license server's figures",
                d -> List.of("5 of 34 in use")
                        .equals(browser.column(browser.the("table", "Licenses with their rules and holders"), 3)));
        Files.delete(lmstat);
    }

    @Test
    void scanNowShowsTheHostsThatAnswer() throws Exception {
        TestingHosts.configure("hosts: [ { name: here, local: true }, { name: gone, address: 127.0.0.1, port: 1 } ]");
        TestingHosts.forget();
        browser.open("loadshare/");
        WebElement before = browser.the("table", HOSTS);
        assertThat(browser.column(before, 1)).isEqualTo(List.of("unknown", "unknown"));
        browser.the("button", "Scan now").click();
        browser.await(
                "what the scan found",
                d -> List.of("up", "unreachable").equals(browser.column(browser.the("table", HOSTS), 1)));
        browser.picture("scanned");
    }

    @Test
    void aThousandHostsAreShownAndSorted() throws Exception {
        TestingHosts.working(1000);
        browser.open("loadshare/");
        WebElement hosts = browser.the("table", HOSTS);
        assertThat(browser.column(hosts, 0)).hasSize(1000);
        browser.the("button", "Load").click();
        List<Double> rising = numbers(browser.column(hosts, 2));
        assertThat(rising).isEqualTo(sorted(rising, Comparator.naturalOrder()));
        System.out.println("1000 hosts: "
                + browser.script("const n = performance.getEntriesByType('navigation')[0];"
                        + "return 'server ' + Math.round(n.responseEnd) + ' ms, shown ' + Math.round(n.loadEventEnd)"
                        + " + ' ms, ' + Math.round(n.decodedBodySize / 1024) + ' KiB, sent '"
                        + " + Math.round(n.transferSize / 1024)"));
    }

    @Test
    void lightAndDark() throws Exception {
        TestingHosts.working(36);
        browser.open("loadshare/");
        browser.picture("light");
        browser.view("page-light");
        browser.assertAccessible("#loadshare");
        browser.darken();
        browser.assertAccessible("#loadshare");
        browser.view("page-dark");
        assertThat(browser.contrast("#hosts td") > 4.5)
                .as("text can be read in the dark")
                .isTrue();
        assertThat(browser.contrast(".loadshare-remarks") > 4.5)
                .as("remarks can be read in the dark")
                .isTrue();
    }

    @Test
    void inANarrowWindowTheTablesMoveAndThePageStands() throws Exception {
        TestingHosts.working(5);
        browser.driver().manage().window().setSize(new Dimension(420, 900));
        browser.open("loadshare/");
        browser.the("table", HOSTS);
        browser.view("narrow");
        browser.assertAccessible("#loadshare");
        assertThat(browser.tooWide()).isEqualTo("");
        assertThat((Boolean) browser.script("""
                const scroll = document.querySelector("#hosts .loadshare-scroll");
                return scroll.scrollWidth > scroll.clientWidth;
                """)).as("the table can be moved").isTrue();
    }

    @Test
    void nothingIsConfiguredYet() throws Exception {
        TestingHosts.configure("hosts: []");
        browser.open("loadshare/");
        browser.the("heading", "Hosts");
        assertThat(browser.driver().findElement(By.id("hosts")).getText()).contains("Add hosts in Manage Jenkins");
        assertThat(browser.has("button", "Scan now")).isFalse();
        browser.assertAccessible("#loadshare");
        browser.picture("empty");
    }

    private static List<Double> numbers(List<String> cells) {
        return cells.stream()
                .filter(cell -> !cell.equals("–"))
                .map(Double::valueOf)
                .toList();
    }

    private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
        return list.stream().sorted(order).toList();
    }
}
