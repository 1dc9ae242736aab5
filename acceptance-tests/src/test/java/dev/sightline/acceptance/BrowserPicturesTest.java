package dev.sightline.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.ScreenshotAnimations;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The main pages look as they are known to look, in both themes and at two widths, over a project whose data, clock and
 * font are always the same. {@code REGENERATE=1} takes what is seen for what is expected; look at the pages before.
 */
@ExtendWith(SharedStack.class)
class BrowserPicturesTest extends InChromium {
    private static final boolean REGENERATE = "1".equals(System.getenv("REGENERATE"));
    private static final Path EXPECTED = Stack.root().resolve("acceptance-tests/src/test/resources/pictures");
    private static final Path SEEN = Stack.root().resolve("acceptance-tests/target/pictures");
    private static final Path FONT = Path.of(System.getProperty("playwright.cli.dir", ""))
            .resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String RANGE = "from=" + NOW.minus(Duration.ofHours(20)) + "&to=" + NOW;
    private static final int TRACES = 30;
    /** Letters at the edge of a block, and lines that other versions of Chromium round to another pixel. */
    private static final double DIFFERENT_SHARE_MAX = 0.002;
    private static final long SETTLING_MILLIS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A font of our own instead of the machine's; bytes and constructed style sheets are no matter of the policy. */
    private static final String ONE_FONT = """
            const face = new FontFace('Picture', Uint8Array.from(atob('%s'), (it) => it.charCodeAt(0)),
              { weight: '100 900' })
            document.fonts.add(face)
            void face.load()
            const sheet = new CSSStyleSheet()
            sheet.replaceSync(':root { --font: Picture; --mono: Picture }')
            document.adoptedStyleSheets = [sheet]
            """;

    private record Width(int pixels, int height) {
    }

    BrowserPicturesTest(Stack stack) {
        super(stack);
    }

    @Test
    void theMainPagesLookAsTheyAreKnownToLook() throws IOException, InterruptedException {
        page = newPage(new Browser.NewContextOptions().setViewportSize(1280, 1200).setTimezoneId("UTC")
                .setLocale("en-GB").setReducedMotion(ReducedMotion.REDUCE));
        page.addInitScript(ONE_FONT.formatted(Base64.getEncoder().encodeToString(Files.readAllBytes(FONT))));
        open("settings");
        Project project = newProject();
        page.clock().setFixedTime(Date.from(NOW));
        page.mouse().move(0, 0);
        Map<String, String> pages = seed(project);
        List<String> wrong = new ArrayList<>();
        for (Width width : List.of(new Width(1280, 1200), new Width(390, 1600))) {
            page.setViewportSize(width.pixels, width.height);
            for (Map.Entry<String, String> each : pages.entrySet()) {
                page.navigate(url("/project/" + project.id() + "/" + each.getValue()));
                assertThat(page.locator("main h1").first()).isVisible();
                for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
                    String name = each.getKey() + "-" + theme.name().toLowerCase() + "-" + width.pixels;
                    compare(name).ifPresent(wrong::add);
                }
            }
        }
        assertThat(wrong).as("pages that look otherwise; if they should, run this with REGENERATE=1").isEmpty();
    }

    /** Waits until the page looks as expected, or for as long as it may take to. */
    private Optional<String> compare(String name) throws IOException {
        Path file = EXPECTED.resolve(name + ".png");
        if (REGENERATE) {
            BufferedImage full = settled();
            CoarsePicture.write(full, SEEN.resolve(name + ".png"));
            CoarsePicture.of(full).write(file);
            return Optional.empty();
        }
        if (!Files.exists(file)) {
            return Optional.of(name + " is not known: " + file + " is missing");
        }
        CoarsePicture expected = CoarsePicture.read(file);
        long end = System.nanoTime() + Duration.ofMillis(SETTLING_MILLIS).toNanos();
        while (true) {
            BufferedImage full = picture();
            CoarsePicture seen = CoarsePicture.of(full);
            List<Rectangle> different = seen.differencesFrom(expected);
            if (different.size() <= seen.blockCount() * DIFFERENT_SHARE_MAX) {
                return Optional.empty();
            }
            if (System.nanoTime() > end) {
                Path difference = SEEN.resolve(name + "-difference.png");
                CoarsePicture.write(full, SEEN.resolve(name + ".png"));
                CoarsePicture.write(CoarsePicture.difference(full, different, expected), difference);
                return Optional.of("%s: %d of %d blocks, between %s; see %s".formatted(name, different.size(),
                        seen.blockCount(), around(different), difference));
            }
            page.waitForTimeout(200);
        }
    }

    private static String around(List<Rectangle> different) {
        Rectangle all = different.stream().reduce(Rectangle::union).orElseThrow();
        return "x %d to %d, y %d to %d".formatted(all.x, all.x + all.width, all.y, all.y + all.height);
    }

    /** The picture after which nothing has changed for a second. */
    private BufferedImage settled() throws IOException {
        assertThat(page.getByText("Loading", new Page.GetByTextOptions().setExact(true))).hasCount(0);
        BufferedImage last = picture();
        for (int alike = 0; alike < 4;) {
            page.waitForTimeout(250);
            BufferedImage next = picture();
            boolean changed = !CoarsePicture.of(next).differencesFrom(CoarsePicture.of(last)).isEmpty();
            alike = changed ? 0 : alike + 1;
            last = next;
        }
        return last;
    }

    private BufferedImage picture() throws IOException {
        return ImageIO.read(new ByteArrayInputStream(page.screenshot(new Page.ScreenshotOptions()
                .setAnimations(ScreenshotAnimations.DISABLED))));
    }

    /** As people make one, so that the one who is signed in sees it at once. */
    private Project newProject() throws IOException {
        String organization = post("organizations", Map.of("name", "Pictures"), "").get("id").textValue();
        String id = post("projects", Map.of("organization_id", organization, "name", "Pictures"), "")
                .get("id").textValue();
        JsonNode key = post("project/keys", Map.of("name", "pictures"), id);
        return new Project(id, key.get("public_key").textValue(), key.get("secret_key").textValue());
    }

    private JsonNode post(String path, Map<String, String> body, String projectId) throws IOException {
        APIResponse answer = page.request().post(url("/api/v1/" + path), RequestOptions.create()
                .setHeader("X-Sightline-CSRF", "1").setHeader("X-Sightline-Project", projectId).setData(body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return JSON.readTree(answer.body());
    }

    /** Sends the shop's traces, waits until all of it is stored and judged, and tells the pages by name. */
    private Map<String, String> seed(Project project) throws IOException, InterruptedException {
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), project.authorization())) {
            deleteRules(project, query);
            Process seeding = new ProcessBuilder("node",
                    Stack.root().resolve("query-service/src/main/webui/scripts/seed.mjs").toString(),
                    "--url", url("").replaceAll("/$", ""), "--key", project.publicKey() + ":" + project.secretKey(),
                    "--traces", Integer.toString(TRACES), "--hours", "20", "--at", NOW.toString())
                    .redirectErrorStream(true).start();
            String said = new String(seeding.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(seeding.waitFor()).as(said).isZero();
            Matcher counts = Pattern.compile("(\\d+) steps, (\\d+) scores").matcher(said);
            assertThat(counts.find()).as(said).isTrue();
            int steps = Integer.parseInt(counts.group(1));
            // The service itself gives each trace two.
            int scores = Integer.parseInt(counts.group(2)) + 2 * TRACES;
            JsonNode traces = Await.value(steps + " steps and " + scores + " scores", Await.LONG, () -> {
                JsonNode list = query.get("/api/v1/traces?limit=100&" + RANGE).ok().get("data");
                int stored = 0;
                for (JsonNode trace : list) {
                    stored += trace.get("observation_count").intValue();
                }
                int given = query.get("/api/v1/scores?limit=200&from=" + NOW.minusSeconds(60)).ok().get("data").size();
                return stored == steps && given == scores ? Optional.of(list) : Optional.empty();
            });
            String trace = "";
            for (JsonNode each : traces) {
                if (trace.isEmpty() && each.get("observation_count").intValue() > 10) {
                    trace = each.get("trace_id").textValue();
                }
            }
            String dashboard = "";
            for (JsonNode each : query.get("/api/v1/dashboards").ok().get("data")) {
                if (each.get("name").textValue().equals("Cost")) {
                    dashboard = each.get("id").textValue();
                }
            }
            Map<String, String> pages = new LinkedHashMap<>();
            pages.put("home", "home?" + RANGE);
            pages.put("traces", "traces?" + RANGE);
            pages.put("trace", "traces/" + trace);
            pages.put("sessions", "sessions?" + RANGE);
            pages.put("dashboard", "dashboards/" + dashboard + "?" + RANGE);
            pages.put("evaluators", "evaluators");
            pages.put("guard", "guard?" + RANGE);
            pages.put("settings", "settings?tab=privacy");
            return pages;
        }
    }

    /** The built-in scorers judge a tenth of the traces, at their own pace. */
    private void deleteRules(Project project, QueryClient query) {
        for (JsonNode rule : query.get("/api/v1/evaluation-rules").ok().get("data")) {
            APIResponse answer = page.request().delete(url("/api/v1/evaluation-rules/" + rule.get("id").textValue()),
                    RequestOptions.create().setHeader("X-Sightline-CSRF", "1")
                            .setHeader("X-Sightline-Project", project.id()));
            assertThat(answer.status()).as(answer.text()).isEqualTo(204);
        }
    }
}
