package dev.sightline.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page of the UI over data as applications send it: accessible, within its width, safe, and by keyboard. */
@ExtendWith(SharedStack.class)
class BrowserPagesTest extends InChromium {
    private static final List<String> PAGES = List.of("home", "dashboards", "traces", "sessions", "users", "scores",
            "scores?tab=distribution", "scores?tab=trend", "scores?tab=agreement", "evaluators", "evaluators?tab=rules",
            "evaluators?tab=templates", "evaluators?tab=scorers", "evaluators?tab=runs", "evaluators?tab=new", "guard",
            "sql", "models", "ingest-health", "settings", "settings?tab=keys", "settings?tab=members",
            "settings?tab=privacy", "settings?tab=connections", "compare");
    private static final String LARGE = "night run of 10,000 steps";

    private final String mark = UUID.randomUUID().toString().substring(0, 8);

    BrowserPagesTest(Stack stack) {
        super(stack);
    }

    @BeforeAll
    void seed() throws IOException, InterruptedException {
        Process seeding = new ProcessBuilder("node", WEB_UI.resolve("scripts/seed.mjs").toString(),
                "--url", url("").replaceAll("/$", ""),
                "--key", stack.project().publicKey() + ":" + stack.project().secretKey(),
                "--traces", "60", "--hours", "20", "--large").inheritIO().start();
        assertThat(seeding.waitFor()).as("exit code of seed.mjs").isZero();
    }

    private Locator heading() {
        return page.locator("main h1");
    }

    private Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Asked for by name: other tests send to the same project, and the list shows its newest rows. */
    private String traceNamed(String name) {
        open("traces?query=" + URLEncoder.encode("trace_name:\"" + name + "\"", StandardCharsets.UTF_8)
                .replace("+", "%20"));
        Locator row = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name)).first();
        assertThat(row).isVisible();
        String address = row.getAttribute("href").replaceFirst("[?#].*", "");
        return address.substring(address.lastIndexOf('/') + 1);
    }

    /** The page of the first that a list leads to. */
    private String firstOf(String list) {
        page.navigate(inProject(list));
        settled(page);
        String address = page.locator("main a[href*='/" + list + "/']").first().getAttribute("href");
        // Browsers leave brackets, which Java's URI refuses: another test has a session with a hostile name.
        return address.substring(address.indexOf("/" + list + "/") + 1).replace("[", "%5B").replace("]", "%5D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everyPageIsAccessible(String theme) {
        page.emulateMedia(new Page.EmulateMediaOptions()
                .setColorScheme(theme.equals("light") ? ColorScheme.LIGHT : ColorScheme.DARK));
        String traceId = traceNamed("shop assistant");
        Map<String, List<String>> found = new TreeMap<>();
        List<String> pages = new ArrayList<>(PAGES);
        pages.addAll(List.of("traces/" + traceId, "traces/" + traceId + "?view=timeline",
                "traces/" + traceId + "?view=graph", "traces?peek=" + traceId));
        for (String list : List.of("sessions", "users", "dashboards")) {
            pages.add(firstOf(list));
        }
        for (String path : pages) {
            page.navigate(inProject(path));
            settled(page);
            List<String> violations = violations(page);
            if (!violations.isEmpty()) {
                found.put(path, violations);
            }
        }
        page.navigate(url("/setup"));
        settled(page);
        List<String> violations = violations(page);
        if (!violations.isEmpty()) {
            found.put("/setup", violations);
        }
        assertThat(found).isEmpty();
    }

    /** Page, the button that opens it. */
    @Test
    void dialoguesAreAccessible() {
        open("home");
        Map<String, List<String>> found = new TreeMap<>();
        for (String[] dialogue : new String[][] {{"settings?tab=connections", "Add a connection"},
                {"models", "Add a price"}, {"evaluators?tab=rules", "New rule"},
                {"guard", "New policy"}}) {
            page.navigate(inProject(dialogue[0]));
            settled(page);
            button(dialogue[1]).click();
            assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
            List<String> violations = violations(page);
            if (!violations.isEmpty()) {
                found.put(dialogue[1], violations);
            }
        }
        // The longest name, on a small screen.
        String name = "accessible".repeat(10);
        page.setViewportSize(360, 900);
        page.navigate(inProject("traces?query=level:error"));
        settled(page);
        button("Saved views").click();
        page.getByLabel("Name of this view").fill(name);
        button("Save").click();
        assertThat(button("Delete " + name)).isVisible();
        found.put("saved views", violations(page));
        button("Delete " + name).click();
        assertThat(button("Delete " + name)).hasCount(0);
        page.setViewportSize(1440, 900);
        page.reload();
        settled(page);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("account and theme of")).click();
        page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("Change the password")).click();
        assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
        found.put("password", violations(page));
        page.navigate(url("/invitation#of-no-invitation"));
        assertThat(page.getByText("ask for a new one")).isVisible();
        found.put("invitation", violations(page));
        found.values().removeIf(List::isEmpty);
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {360, 768, 3840})
    void everyPageFitsItsWidth(int width) {
        page.setViewportSize(width, 900);
        open("home");
        List<String> wide = new ArrayList<>();
        for (String path : PAGES) {
            page.navigate(inProject(path));
            settled(page);
            int overflow = ((Number) page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth")).intValue();
            if (overflow > 0) {
                wide.add(path + " by " + overflow + " px");
            }
        }
        assertThat(wide).isEmpty();
    }

    @Test
    void aTraceOfTenThousandStepsOpensAndScrolls() {
        String traceId = traceNamed(LARGE);
        page.navigate(inProject("traces/" + traceId));
        Locator tree = page.getByRole(AriaRole.TREE);
        assertThat(tree.getByRole(AriaRole.TREEITEM).filter(new Locator.FilterOptions().setHasText("batch 0")).first())
                .isVisible();
        assertThat(page.getByPlaceholder("Find in 10,000")).isVisible();
        button("Open all branches").click();
        tree.press("End");
        assertThat(tree.locator("[aria-selected=true]")).isVisible();
        assertThat(tree.getByRole(AriaRole.TREEITEM).count()).as("only rows in sight are in the page").isLessThan(200);
        page.getByLabel("Find observations by name, type or model").fill("batch 98");
        tree.getByRole(AriaRole.TREEITEM).filter(new Locator.FilterOptions().setHasText("batch 98")).click();
        assertThat(page.getByRole(AriaRole.ARTICLE).getByRole(AriaRole.HEADING).first()).hasText("batch 98");
        page.getByLabel("Find observations by name, type or model").fill("chat");
        tree.getByRole(AriaRole.TREEITEM).filter(new Locator.FilterOptions().setHasText("chat")).first().click();
        assertThat(page.getByRole(AriaRole.ARTICLE)).containsText("Summarise page");
    }

    @Test
    void theGraphAndTheTimelineShowTheAgentsPath() {
        String traceId = traceNamed("shop assistant");
        page.navigate(inProject("traces/" + traceId + "?view=graph"));
        Locator graph = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Graph of"));
        graph.getByRole(AriaRole.BUTTON).filter(new Locator.FilterOptions().setHasText("researcher")).click();
        assertThat(page.getByRole(AriaRole.ARTICLE).getByRole(AriaRole.HEADING).first()).hasText("researcher");
        page.getByText("As a table").click();
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Steps of the graph"))
                .getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("supervisor"))).isVisible();
        button("Timeline").click();
        button("Zoom to the selected step").click();
        assertThat(button("Zoom out")).isEnabled();
        assertThat(page.url()).contains("view=timeline").contains("observation=");
    }

    @Test
    void findingsOfTheGuardAreMarkedInTheText() {
        String traceId = traceNamed("answer from documents");
        page.navigate(inProject("traces/" + traceId));
        page.getByRole(AriaRole.TREEITEM).filter(new Locator.FilterOptions().setHasText("check the answer")).click();
        Locator text = page.getByRole(AriaRole.GROUP,
                new Page.GetByRoleOptions().setName("What was found, in its place"));
        assertThat(text.locator("mark").filter(new Locator.FilterOptions().setHasText("support@example.com")))
                .containsText("email address");
        assertThat(text.locator("mark").filter(new Locator.FilterOptions().setHasText("4111 1111 1111 1111")))
                .containsText("credit card");
    }

    @Test
    void nothingThatAnApplicationSendsRunsInThePage() {
        String hostile = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"
                + "<svg onload=window.hacked=1></svg>[x](javascript:window.hacked=1) ![i](https://evil.example/p.png) "
                + mark;
        ByteString traceId = Spans.newTraceId();
        String message = hostile.replace("\\", "\\\\").replace("\"", "\\\"");
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(traceId, hostile)
                    .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                    .addAttributes(Spans.text("gen_ai.request.model", hostile))
                    .addAttributes(Spans.text("user.id", hostile)).addAttributes(Spans.text("session.id", hostile))
                    .addAttributes(Spans.text("gen_ai.input.messages",
                            "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"" + message + "\"}]}]"))
                    .addAttributes(Spans.text("gen_ai.output.messages",
                            "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"" + message
                                    + "\"}]}]"))
                    .build()), stack.project().authorization()).accepted();
        }
        List<String> elsewhere = new ArrayList<>();
        page.onRequest(request -> {
            if (!request.url().startsWith(url("/")) && !request.url().startsWith("data:")) {
                elsewhere.add(request.url());
            }
        });
        page.onDialog(dialog -> {
            elsewhere.add("dialog " + dialog.message());
            dialog.dismiss();
        });
        String id = Spans.hex(traceId);
        open("traces/" + id);
        assertThat(heading()).containsText("<script>");
        page.getByRole(AriaRole.TREEITEM).nth(1).click();
        Locator answer = page.getByRole(AriaRole.ARTICLE);
        assertThat(answer).containsText("onerror");
        assertThat(answer.locator("img, script, svg[onload], a[href^='javascript']")).hasCount(0);
        for (String path : List.of("traces?peek=" + id, "traces/" + id + "?view=graph", "sessions", "users", "models",
                "compare?left=" + id + "&right=" + id, "home")) {
            page.navigate(inProject(path));
            settled(page);
        }
        assertThat(page.evaluate("window.hacked === undefined")).isEqualTo(true);
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void everythingIsReachedByKeyboard() {
        // Keys come faster than a busy browser paints: nothing that a key does may wait for the next frame.
        page.addInitScript("const paint = requestAnimationFrame.bind(window);"
                + "window.requestAnimationFrame = then => setTimeout(() => paint(then), 300)");
        page.navigate(inProject("traces"));
        page.getByLabel("E-mail").focus();
        page.keyboard().type(Stack.USER_EMAIL);
        page.keyboard().press("Tab");
        page.keyboard().type(Stack.USER_PASSWORD);
        page.keyboard().press("Enter");
        Locator table = page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Traces, newest first"));
        assertThat(table).isVisible();
        page.keyboard().press("/");
        Locator bar = page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Search traces"));
        assertThat(bar).isFocused();
        page.keyboard().type("trace_na");
        assertThat(page.getByRole(AriaRole.OPTION).first()).isVisible();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(bar).hasValue("trace_name:");
        page.keyboard().type("\"shop assistant\"");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile(".*query=trace_name.*"));
        assertThat(table.getByRole(AriaRole.ROW).nth(1)).containsText("shop assistant");
        page.keyboard().press("Tab");
        page.keyboard().press("j");
        page.keyboard().press("p");
        assertThat(page.getByRole(AriaRole.COMPLEMENTARY, new Page.GetByRoleOptions().setName("The chosen trace")))
                .isVisible();
        page.keyboard().press("j");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.TREE)).isVisible();
        page.keyboard().press("j");
        assertThat(page.locator("[role=treeitem][aria-selected=true]")).hasAttribute("aria-level", "1");
        page.keyboard().press("?");
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Keyboard shortcuts");
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        page.keyboard().press("u");
        assertThat(table).isVisible();
    }

    @Test
    void aWrongQueryIsUnderlinedWhereItIsWrong() {
        open("traces?query=name:shop%20latency:%3Efast");
        assertThat(page.getByRole(AriaRole.ALERT).first()).isVisible();
        assertThat(page.locator("[aria-invalid=true]")).hasValue("name:shop latency:>fast");
        assertThat(page.getByRole(AriaRole.HEADING,
                new Page.GetByRoleOptions().setName("The search could not be read"))).isVisible();
    }

    @Test
    void theWholeStateIsInTheAddress() {
        open("traces?range=7d&query=trace_name:%22answer%20from%20documents%22&columns=name,cost");
        Locator table = page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Traces, newest first"));
        assertThat(table.getByRole(AriaRole.COLUMNHEADER)).hasCount(3);
        table.getByRole(AriaRole.ROW).nth(1).click(new Locator.ClickOptions().setPosition(200, 5));
        assertThat(page.getByRole(AriaRole.COMPLEMENTARY, new Page.GetByRoleOptions().setName("The chosen trace")))
                .containsText("answer from documents");
        assertThat(page.url()).contains("peek=").contains("range=7d").contains("columns=name,cost");
        page.reload();
        assertThat(page.getByRole(AriaRole.COMPLEMENTARY, new Page.GetByRoleOptions().setName("The chosen trace")))
                .isVisible();
    }

    @Test
    void aSessionIsReadAsOneConversation() {
        String traceId = traceNamed("shop assistant");
        page.navigate(inProject("traces/" + traceId));
        page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Facts of the trace"))
                .getByRole(AriaRole.LINK).filter(new Locator.FilterOptions().setHasText("session-")).click();
        Locator turns = page.getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Turns"));
        assertThat(turns.getByRole(AriaRole.ARTICLE).first()).containsText("User");
        assertThat(turns.getByRole(AriaRole.ARTICLE).first()).containsText("Assistant");
    }

    @Test
    void twoRunsAreComparedStepByStep() {
        String left = traceNamed("shop assistant");
        page.navigate(inProject("compare?left=" + left + "&right=" + left));
        assertThat(page.getByText("The same on both sides.").first()).isVisible();
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Steps of both runs"))
                .getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("researcher")).first())
                .isVisible();
    }

    @Test
    void theStartPagesNumbersLeadToTheTracesBehindThem() {
        open("home");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Failed traces")).click();
        assertThat(page).hasURL(Pattern.compile(".*/traces\\?query=level:ERROR.*"));
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Traces, newest first")))
                .isVisible();
    }

    @Test
    void theFirstRunEndsAtTheFirstTrace() {
        page.navigate(url("/setup"));
        signIn(Stack.USER_PASSWORD);
        page.getByLabel("Project", new Page.GetByLabelOptions().setExact(true)).fill("First run " + mark);
        button("Make the project").click();
        button("Make an API key").click();
        Locator keys = page.locator("dd code");
        String publicKey = keys.nth(0).innerText();
        String secretKey = keys.nth(1).innerText();
        for (String language : List.of("Python", "JavaScript", "Java (gRPC)", "LangChain", "OTel gRPC", "curl")) {
            page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName(language).setExact(true)).click();
            assertThat(page.getByRole(AriaRole.TABPANEL, new Page.GetByRoleOptions().setName(language).setExact(true))
                    .getByLabel("program", new Locator.GetByLabelOptions().setExact(true))).containsText(secretKey);
        }
        assertThat(page.getByText("Waiting for the first trace")).isVisible();
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(Spans.newTraceId(), "the very first " + mark).build()),
                    Project.basic(publicKey, secretKey)).accepted();
        }
        assertThat(heading()).containsText("the very first " + mark);
    }

    @Test
    void theGuardsTryBoxMarksWhatItFinds() {
        open("guard");
        page.getByLabel("Text", new Page.GetByLabelOptions().setExact(true))
                .fill("My card is 4111 1111 1111 1111, thanks.");
        button("Check").click();
        assertThat(page.locator("mark").filter(new Locator.FilterOptions().setHasText("4111 1111 1111 1111")))
                .containsText("credit card");
    }

    @Test
    void sqlIsRunAndDrawn() {
        open("sql?query=SELECT%20type,%20count()%20AS%20n%20FROM%20observations%20GROUP%20BY%20type");
        button("Run").click();
        Locator answer = page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Answer"));
        assertThat(answer.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("generation")))
                .isVisible();
        button("Chart").click();
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("The answer as bars")))
                .isVisible();
    }

    @Test
    void aDashboardIsMadeChangedAndKept() {
        open("dashboards");
        button("New dashboard").click();
        assertThat(heading()).hasText("New dashboard");
        button("Edit").click();
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Board " + mark);
        button("Add a widget").click();
        page.getByLabel("Title").fill("Cost by model " + mark);
        page.getByLabel("Of", new Page.GetByLabelOptions().setExact(true)).selectOption("observations");
        page.getByLabel("Measure").selectOption("total_cost");
        List<Route> held = new ArrayList<>();
        page.route("**/metrics", held::add);
        page.getByLabel("By", new Page.GetByLabelOptions().setExact(true)).selectOption("model");
        page.waitForCondition(() -> !held.isEmpty());
        pressedWhile(button("Take it"), () -> {
            page.unroute("**/metrics");
            held.forEach(Route::resume);
            assertThat(page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.FIGURE)).isVisible();
        });
        button("Larger: Cost by model " + mark).click();
        button("Save").click();
        assertThat(button("Edit")).isVisible();
        page.reload();
        assertThat(heading()).hasText("Board " + mark);
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Cost by model " + mark)))
                .isVisible();
    }

    /** A slow click: what the page does between press and release must not take the button from under the pointer. */
    private void pressedWhile(Locator button, Runnable event) {
        button.hover();
        page.mouse().down();
        event.run();
        page.mouse().up();
    }

    @Test
    void tracesAreScoredAndDeletedTogether() {
        ByteString traceId = Spans.newTraceId();
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(traceId, "to be judged " + mark).build()),
                    stack.project().authorization()).accepted();
        }
        open("traces?query=trace_name:%22to%20be%20judged%20" + mark + "%22");
        page.getByLabel("Select to be judged " + mark).check();
        button("Add score").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Name").fill("by hand");
        page.getByRole(AriaRole.DIALOG).getByLabel("Value").fill("0.25");
        button("Add the score").click();
        Locator row = page.getByRole(AriaRole.ROW).filter(
                new Locator.FilterOptions().setHasText("to be judged " + mark));
        assertThat(row).containsText("by hand");
        button("Delete").click();
        button("Delete for good").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Deleted: 1 traces");
        button("Close").last().click();
        assertThat(row).hasCount(0);
    }
}
