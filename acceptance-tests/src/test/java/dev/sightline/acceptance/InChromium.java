package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests in a real Chromium. Each has a page of its own, and fails when the page throws, when an answer is 5xx, or when
 * the content security policy had to forbid something. Only a machine without a Chromium skips.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InChromium {
    static final int PATIENCE_MILLIS = 60_000;
    static final Path WEB_UI = Stack.root().resolve("query-service/src/main/webui");
    /** The rules of WCAG 2.2 AA, told as the places that break them. */
    private static final String VIOLATIONS = """
            async () => {
              const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
              const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] })
              return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' ')))
            }""";
    private static final List<String> ARGUMENTS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync");

    final Stack stack;
    private final List<String> complaints = new ArrayList<>();
    private Playwright playwright;
    private Browser browser;
    private final List<BrowserContext> contexts = new ArrayList<>();
    Page page;

    InChromium(Stack stack) {
        this.stack = stack;
    }

    @BeforeAll
    void openBrowser() {
        Path chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        if (chromium == null) {
            System.out.println("SKIPPED: no Chromium on this machine, so the UI is not tested");
        }
        Assumptions.assumeTrue(chromium != null, "no Chromium on this machine");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of(
                "PLAYWRIGHT_NODEJS_PATH", "node", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        browser = playwright.chromium().launch(
                new BrowserType.LaunchOptions().setExecutablePath(chromium).setArgs(ARGUMENTS));
    }

    @AfterAll
    void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void openPage() {
        complaints.clear();
        page = newPage();
    }

    /** In a browser of its own, which knows nothing of the others' cookies. */
    Page newPage() {
        return newPage(new Browser.NewContextOptions().setViewportSize(1440, 900).setDeviceScaleFactor(2)
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
    }

    Page newPage(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        contexts.add(context);
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                complaints.add(message.text());
            }
        });
        page.onResponse(response -> {
            if (response.status() >= 500) {
                complaints.add(response.status() + " " + response.url());
            }
        });
        return page;
    }

    @AfterEach
    void closePage() {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        assertThat(complaints).as("errors in the page, answers with 5xx, and what the policy forbade").isEmpty();
    }

    String url(String path) {
        return stack.file().uri("base_url").resolve(path).toString();
    }

    String inProject(String path) {
        return url("/project/" + stack.project().id() + "/" + path);
    }

    void signIn(String password) {
        page.getByLabel("E-mail").fill(Stack.USER_EMAIL);
        page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
    }

    /** Opens an address of the project, signed in. */
    void open(String path) {
        page.navigate(inProject(path));
        signIn(Stack.USER_PASSWORD);
        // The form has a heading too: whoever goes on before it is gone takes the sign-in back.
        PlaywrightAssertions.assertThat(page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)))
                .hasCount(0);
        PlaywrightAssertions.assertThat(page.locator("main h1")).isVisible();
    }

    Locator button(String name) {
        return button(page, name);
    }

    static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The page is there and nothing in it says that it is still loading. */
    static void settled(Page page) {
        PlaywrightAssertions.assertThat(page.locator("main h1").first()).isVisible();
        PlaywrightAssertions.assertThat(page.getByText("Loading", new Page.GetByTextOptions().setExact(true))).hasCount(0);
    }

    /** Where the page is not accessible. */
    static List<String> violations(Page page) {
        try {
            page.evaluate(Files.readString(WEB_UI.resolve("node_modules/axe-core/axe.min.js")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ((List<?>) page.evaluate(VIOLATIONS)).stream().map(Object::toString).toList();
    }

    void screenshot(String name) {
        Path folder = Path.of(System.getProperty("screenshots",
                Stack.root().resolve("acceptance-tests/target/screenshots").toString()));
        page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
    }
}
