package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import org.jvnet.hudson.test.JenkinsRule;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Debian's chromium, in which tests use the pages as people do: by the roles and names that the browser tells a screen
 * reader. Where it is not installed the tests are skipped.
 */
public final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Map<String, String> CANDIDATES = Map.of(
            "button", "button, [role=button]",
            "link", "a[href]",
            "table", "table",
            "columnheader", "th",
            "row", "tr",
            "image", "[role=img]",
            "alert", "[role=alert]",
            "status", "[role=status]",
            "heading", "h1, h2, h3",
            "navigation", "nav");

    private final ChromeDriver driver;
    private final String root;

    private Browser(ChromeDriver driver, String root) {
        this.driver = driver;
        this.root = root;
    }

    public static Browser of(JenkinsRule j) throws IOException {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "NOT TESTED IN A BROWSER: there is no " + CHROMIUM + " or " + DRIVER
                        + " (Debian: apt install chromium chromium-driver)");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox", // root cannot use it
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .withLogFile(new File("target/chromedriver-" + System.getProperty("surefire.forkNumber") + ".log"))
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().window().setSize(new Dimension(1440, 900));
        return new Browser(driver, j.getURL().toString());
    }

    public void logIn(String user) {
        open("login");
        driver.findElement(By.name("j_username")).sendKeys(user);
        driver.findElement(By.name("j_password")).sendKeys(user);
        driver.findElement(By.name("Submit")).click();
        await("logged in as " + user, d -> !d.getCurrentUrl().contains("/login"));
    }

    public void open(String path) {
        driver.get(root + path);
    }

    public WebDriver driver() {
        return driver;
    }

    public Object script(String text, Object... arguments) {
        return driver.executeScript(text, arguments);
    }

    /** All that have this role. */
    public List<WebElement> all(String role) {
        return driver.findElements(By.cssSelector(CANDIDATES.get(role))).stream()
                .filter(element -> element.getAriaRole().equals(role))
                .toList();
    }

    /** The one that has this role and name; waits until it is there. */
    public WebElement the(String role, String name) {
        return await(
                "a " + role + " named " + name,
                d -> all(role).stream()
                        .filter(element -> element.getAccessibleName().equals(name))
                        .findFirst()
                        .orElse(null));
    }

    public boolean has(String role, String name) {
        return all(role).stream()
                .anyMatch(element -> element.getAccessibleName().equals(name));
    }

    /** What stands in one column of a table, from top to bottom, without what is folded. */
    @SuppressWarnings("unchecked")
    public List<String> column(WebElement table, int column) {
        return (List<String>) script(
                "const [t, c] = arguments; return Array.from(t.tBodies[0].rows, r => r.cells[c]).map(cell =>"
                        + " (cell.querySelector('details:not([open]) > summary') || cell).textContent.trim())",
                table,
                column);
    }

    public <T> T await(String what, Function<WebDriver, T> condition) {
        return new WebDriverWait(driver, TIMEOUT)
                .ignoring(StaleElementReferenceException.class) // another page came while this one was read
                .withMessage(what)
                .until(condition);
    }

    /** Returns what is wider than the window, except in parts that can be moved. */
    public String tooWide() {
        return (String) script("""
                const width = document.documentElement.clientWidth;
                const wide = Array.from(document.querySelectorAll("body *"))
                    .filter(e => e.checkVisibility() && !e.parentElement.closest(".loadshare-scroll"))
                    .filter(e => e.getBoundingClientRect().right > width)
                    .map(e => e.outerHTML.slice(0, 80));
                return document.documentElement.scrollWidth > width ? wide.join("; ") : "";
                """);
    }

    /** Fails if axe-core finds a violation in a part of the page. */
    public void assertAccessible(String selector) {
        List<String> violations = new AxeBuilder()
                .include(List.of(selector)).analyze(driver).getViolations().stream()
                        .flatMap(rule -> rule.getNodes().stream().map(node -> rule.getId() + ": " + node.getHtml()))
                        .toList();
        assertThat(violations).isEmpty();
    }

    private void assertNoComplaint() {
        List<String> complaints = driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .filter(entry -> !entry.getMessage().contains("/favicon.ico")) // asked for beside plain text
                .map(LogEntry::getMessage)
                .toList();
        assertThat(complaints).isEmpty();
    }

    /** Sets what a dark theme sets: core has none of its own. */
    public void darken() {
        script(
                "document.documentElement.style.cssText = arguments[0]",
                "--white: oklch(22% 0.02 270); --black: oklch(96% 0.01 270); --background: oklch(18% 0.02 270);"
                        + " --text-color: oklch(96% 0.01 270); --text-color-secondary: oklch(75% 0.03 270);"
                        + " --link-color: oklch(75% 0.12 250); --link-visited-color: oklch(75% 0.12 250);"
                        + " color-scheme: dark");
    }

    /** How much the text of an element stands out from what is behind it, as WCAG 2 reckons it: 1 to 21. */
    public double contrast(String selector) {
        return ((Number) script("""
                        const element = document.querySelector(arguments[0]);
                        const context = document.createElement("canvas")
                            .getContext("2d", { willReadFrequently: true });
                        const chain = [];
                        for (let e = element; e; e = e.parentElement) chain.unshift(getComputedStyle(e).backgroundColor);
                        function luminance(colors) {
                            colors.forEach(color => { context.fillStyle = color; context.fillRect(0, 0, 1, 1); });
                            const [r, g, b] = Array.from(context.getImageData(0, 0, 1, 1).data, v => v / 255)
                                .map(v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
                            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                        }
                        const behind = luminance(["white", ...chain]);
                        const text = luminance([getComputedStyle(element).color]);
                        return (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05);
                        """, selector)).doubleValue();
    }

    /** Keeps a picture of the whole page in {@code target/pictures}, for people to look at. */
    public void picture(String name) throws IOException {
        long height = (Long) script("return document.documentElement.scrollHeight");
        Dimension before = driver.manage().window().getSize();
        driver.manage().window().setSize(new Dimension(before.getWidth(), (int) Math.min(height + 150, 12_000)));
        view(name);
        driver.manage().window().setSize(before);
    }

    /** Keeps a picture of what the window shows. */
    public void view(String name) throws IOException {
        Path directory = Files.createDirectories(Path.of("target/pictures"));
        Files.write(directory.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Fails if the browser complained about anything: a policy that was violated, an error in a script. */
    @Override
    public void close() {
        try {
            assertNoComplaint();
        } finally {
            driver.quit();
        }
    }
}
