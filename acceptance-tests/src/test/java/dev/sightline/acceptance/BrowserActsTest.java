package dev.sightline.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.SelectOption;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.ScriptedJudge;
import dev.sightline.acceptance.stack.SecondProject;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people come to the UI to do, clicked through from its begin to its effect. */
@ExtendWith(SharedStack.class)
class BrowserActsTest extends InChromium {
    private final ScriptedJudge judge;
    private final String mark = UUID.randomUUID().toString().substring(0, 8);

    BrowserActsTest(SharedStack.Shared shared) {
        super(shared.stack());
        judge = shared.judge();
    }

    private Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    private Locator field(Locator within, String label) {
        return within.getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
    }

    private Locator rowWith(String text) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text)).first();
    }

    private Locator inRow(String text, String buttonName) {
        return rowWith(text).getByRole(AriaRole.BUTTON,
                new Locator.GetByRoleOptions().setName(buttonName).setExact(true));
    }

    private String chat(String name, String question, String answer) {
        ByteString traceId = Spans.newTraceId();
        try (OtlpClient client = Transport.GRPC.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            client.send(Conversations.rag(traceId, name, question, answer), stack.project().authorization()).accepted();
            query.awaitTrace(Spans.hex(traceId), 3);
        }
        return Spans.hex(traceId);
    }

    @Test
    void aConnectionAJudgeARuleAndABackfillMakeAScore() {
        String judged = "to be judged " + mark;
        String traceId = chat(judged, "Where is my parcel?", "It is on its way.");
        open("settings?tab=connections");
        button("Add a connection").click();
        field(dialog(), "Name").fill("clicked " + mark);
        field(dialog(), "Provider").selectOption("openai-compatible");
        field(dialog(), "Address").fill(judge.baseUrl());
        field(dialog(), "Models").fill(ScriptedJudge.MODEL);
        field(dialog(), "API key").fill(ScriptedJudge.API_KEY);
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Save")).click();
        inRow("clicked " + mark, "Test").click();
        assertThat(rowWith("clicked " + mark).getByRole(AriaRole.STATUS)).containsText(ScriptedJudge.MODEL);

        page.navigate(inProject("evaluators?tab=new"));
        Locator main = page.locator("main");
        field(main, "Name").fill("clicked judge " + mark);
        field(main, "Template").selectOption("sightline/relevance");
        field(main, "Connection").selectOption("clicked " + mark);
        field(main, "Trace").selectOption(traceId);
        field(main, "Step").selectOption(new SelectOption().setLabel("chat gpt-4o-mini (generation)"));
        Locator variables = page.getByRole(AriaRole.GROUP,
                new Page.GetByRoleOptions().setName("Where the variables come from"));
        Locator values = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Values of the step"));
        variables.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("question")).click();
        values.getByRole(AriaRole.BUTTON).filter(new Locator.FilterOptions().setHasText("input")).first().click();
        values.getByRole(AriaRole.BUTTON).filter(new Locator.FilterOptions().setHasText("output")).first().click();
        assertThat(variables).containsText("observation · “chat gpt-4o-mini” · input");
        assertThat(variables).containsText("observation · “chat gpt-4o-mini” · output");
        button("Test on this trace").click();
        assertThat(main.getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("0.75")))
                .containsText(ScriptedJudge.REASONING);
        button("Make the evaluator").click();
        assertThat(rowWith("clicked judge " + mark)).isVisible();

        page.navigate(inProject("evaluators?tab=rules"));
        button("New rule").click();
        field(dialog(), "Name").fill("clicked rule " + mark);
        dialog().getByLabel("Which traces").fill("trace_name:\"" + judged + "\"");
        field(dialog(), "clicked judge " + mark).check();
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Make the rule")).click();
        inRow("clicked rule " + mark, "Backfill").click();
        button("Start").click();
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Backfills, newest first")))
                .containsText("done");

        page.navigate(inProject("traces/" + traceId));
        assertThat(main).containsText("clicked judge " + mark);
        page.navigate(inProject("evaluators?tab=runs"));
        assertThat(rowWith("clicked judge " + mark)).isVisible();
    }

    @Test
    void whatIsFoundIsExportedToAFile() throws IOException {
        String name = "to be exported " + mark;
        String traceId = chat(name, "Which file?", "This one.");
        open("traces?query=trace_name:%22to%20be%20exported%20" + mark + "%22");
        page.getByLabel("Select " + name).check();
        button("Export").last().click();
        field(dialog(), "Format").selectOption("jsonl");
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Make the file")).click();
        Locator link = dialog().getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Download"));
        Download download = page.waitForDownload(link::click);
        Path file = download.path();
        assertThat(Files.readAllLines(file)).singleElement().asString().contains(traceId).contains(name);

        button("Close").last().click();
        button("Export").last().click();
        field(dialog(), "What").selectOption("content");
        field(dialog(), "Format").selectOption("jsonl");
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Make the file")).click();
        assertThat(Files.readString(page.waitForDownload(link::click).path())).contains("Which file?")
                .contains("This one.").contains(traceId);
    }

    @Test
    void aDashboardLeavesAsAFileAndComesBack() {
        open("dashboards");
        button("New dashboard").click();
        button("Edit").click();
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Travelling " + mark);
        button("Save").click();
        assertThat(page.locator("main h1")).hasText("Travelling " + mark);
        Download download = page.waitForDownload(() -> button("Export").click());
        page.navigate(inProject("dashboards"));
        page.locator("input[type=file]").setInputFiles(download.path());
        assertThat(page.locator("main h1")).hasText("Travelling " + mark);
        page.navigate(inProject("dashboards"));
        assertThat(page.getByRole(AriaRole.LINK).filter(new Locator.FilterOptions().setHasText("Travelling " + mark)))
                .hasCount(2);
    }

    @Test
    void aViewSavedHereIsThereOnAnotherMachine() {
        String slow = "slow " + mark;
        String old = "old " + mark;
        open("traces");
        // As versions left it that kept views in the browser.
        page.evaluate("view => localStorage.setItem('sightline.trace-views', JSON.stringify([view]))",
                Map.of("name", old, "search", Map.of("query", "level:error")));
        page.navigate(inProject("traces?range=7d&query=latency:%3E2s&columns=name,cost"));
        button("Saved views").focus();
        page.keyboard().press("Enter");
        dialog().getByLabel("Name of this view").fill(slow);
        page.keyboard().press("Enter");
        Locator saved = dialog().getByRole(AriaRole.LISTITEM);
        assertThat(saved.filter(new Locator.FilterOptions().setHasText(slow))).containsText("latency:>2s · by ");
        Locator offer = dialog().getByRole(AriaRole.REGION,
                new Locator.GetByRoleOptions().setName("Views of this browser"));
        assertThat(offer).containsText(old);
        offer.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Share in this project")).click();
        assertThat(saved.filter(new Locator.FilterOptions().setHasText(old))).isVisible();
        assertThat(offer).hasCount(0);
        page.keyboard().press("Escape");
        assertThat(dialog()).hasCount(0);

        Page elsewhere = newPage();
        elsewhere.navigate(inProject("traces"));
        elsewhere.getByLabel("E-mail").fill(Stack.USER_EMAIL);
        elsewhere.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(Stack.USER_PASSWORD);
        elsewhere.keyboard().press("Enter");
        Locator opens = elsewhere.getByRole(AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName("Saved views").setExact(true));
        opens.click();
        Locator there = elsewhere.getByRole(AriaRole.DIALOG);
        there.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(old)).first().click();
        assertThat(elsewhere).hasURL(Pattern.compile(".*query=level:error"));
        opens.click();
        there.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(slow)).first().click();
        assertThat(elsewhere).hasURL(Pattern.compile(".*latency.*"));
        assertThat(elsewhere.url()).contains("range=7d").contains("columns=name,cost");

        elsewhere.navigate(inProject("traces?query=latency:%3E5s"));
        opens.click();
        there.getByLabel("Name of this view").fill(slow);
        there.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Replace")).click();
        Locator items = there.getByRole(AriaRole.LISTITEM);
        assertThat(items.filter(new Locator.FilterOptions().setHasText(slow))).containsText("latency:>5s");
        there.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete " + old)).press("Enter");
        assertThat(items.filter(new Locator.FilterOptions().setHasText(old))).hasCount(0);

        button("Saved views").click();
        assertThat(saved.filter(new Locator.FilterOptions().setHasText(slow))).containsText("latency:>5s");
        assertThat(saved.filter(new Locator.FilterOptions().setHasText(old))).hasCount(0);
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete " + slow)).click();
        assertThat(saved.filter(new Locator.FilterOptions().setHasText(slow))).hasCount(0);
    }

    /**
     * Rows come as they are scrolled to, only those in sight are in the page, and no more than five thousand in its
     * memory: from there one goes on with the older ones, or jumps to any time by the address.
     */
    @Test
    void aTableOfAHundredThousandTracesScrolls() {
        int traces = 100_000;
        int kept = 5_000;
        Instant newest = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Project project = SecondProject.createFor(stack, "large-" + mark, Stack.USER_EMAIL);
        new ClickHouseClient(stack).execute("INSERT INTO observations (project_id, trace_id, span_id, name, trace_name,"
                + " type, level, start_time, end_time, environment, sign) SELECT '" + project.id() + "',"
                + " MD5(toString(number)), unhex(leftPad(hex(number + 1), 16, '0')), 'ask',"
                + " concat('run ', toString(number)), 'span', 'DEFAULT',"
                + " toDateTime64('" + newest.getEpochSecond() + "', 9, 'UTC') - toIntervalMillisecond(number * 100),"
                + " toDateTime64('" + newest.getEpochSecond() + "', 9, 'UTC') - toIntervalMillisecond(number * 100 - 50),"
                + " 'default', 1 FROM numbers(" + traces + ")");
        open("ingest-health");
        // What a user may see is remembered for a while.
        page.waitForCondition(() -> page.request().get(url("/api/v1/session")).text().contains(project.id()));
        page.navigate(url("/project/" + project.id() + "/traces"));
        Locator region = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Traces").setExact(true));
        Locator rows = region.getByRole(AriaRole.ROW);
        assertThat(rows.nth(5)).isVisible();
        Locator goOn = button("Go on from here");
        for (int screen = 0; screen < kept && !goOn.isVisible(); screen++) {
            int before = lastRow(rows);
            region.evaluate("it => { it.scrollTop = it.scrollHeight }");
            page.waitForCondition(() -> lastRow(rows) > before || goOn.isVisible());
            assertThat(rows.count()).as("rows in the page").isLessThan(200);
        }
        region.evaluate("it => { it.scrollTop = it.scrollHeight }");
        page.waitForCondition(() -> lastRow(rows) > kept);
        int deepest = lastRow(rows) - 2;
        assertThat(deepest).isLessThan(kept + 200);
        assertThat(rows.last()).containsText("run " + deepest);
        goOn.click();
        // Where the one list ends the other begins.
        assertThat(rows.nth(1)).containsText("run " + deepest);
        assertThat(rows.nth(2)).containsText("run " + (deepest + 1));

        Instant oldest = newest.minusMillis(100L * (traces - 1));
        page.navigate(url("/project/" + project.id() + "/traces?from=" + oldest + "&to=" + newest.minusMillis(5_000_000)));
        assertThat(rows.nth(1)).containsText("run 50001");
        page.navigate(url("/project/" + project.id() + "/traces?from=" + oldest + "&to=" + oldest.plusMillis(2_000)));
        assertThat(rows.nth(1)).containsText("run " + (traces - 20));
        page.waitForCondition(() -> rows.count() == 21);
        assertThat(rows.last()).containsText("run " + (traces - 1));
    }

    private static int lastRow(Locator rows) {
        return Integer.parseInt(rows.last().getAttribute("aria-rowindex"));
    }

    @Test
    void somebodyIsInvitedJoinsChangesTheirPasswordAndIsRemoved() {
        String email = "joins-" + mark + "@example.org";
        open("settings?tab=members");
        Locator main = page.locator("main");
        field(main, "E-mail").fill(email);
        field(main, "Role").selectOption("VIEWER");
        button("Add").click();
        String link = main.locator("code").filter(new Locator.FilterOptions().setHasText("/invitation#")).innerText();
        assertThat(rowWith(email)).containsText("invited until");

        Page theirs = newPage();
        theirs.navigate(link);
        assertThat(theirs.getByLabel("E-mail")).hasValue(email);
        theirs.getByLabel("Your name").fill("Joins Later");
        theirs.getByLabel("New password").fill("short");
        theirs.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Join")).click();
        assertThat(theirs.getByRole(AriaRole.ALERT)).containsText("12 to 200 characters");
        theirs.getByLabel("New password").fill("a password to join with");
        theirs.getByLabel("New password").press("Enter");
        assertThat(theirs.getByLabel("New password")).hasCount(0);
        assertThat(theirs.locator("main h1")).isVisible();
        theirs.navigate(inProject("settings?tab=members"));
        assertThat(theirs.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(email)).first())
                .containsText("Viewer");
        assertThat(theirs.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("Add a member"))).hasCount(0);

        theirs.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("account and theme of " + email)).click();
        theirs.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("Change the password")).click();
        theirs.getByLabel("Current password").fill("a password to join with");
        theirs.getByLabel("New password").fill("another one, as good");
        theirs.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Change").setExact(true)).click();
        assertThat(theirs.getByRole(AriaRole.DIALOG).getByRole(AriaRole.STATUS)).containsText("Changed");
        theirs.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON,
                new Locator.GetByRoleOptions().setName("Close").setExact(true)).last().click();

        page.reload();
        rowWith(email).getByRole(AriaRole.COMBOBOX).selectOption("MEMBER");
        assertThat(rowWith(email).getByRole(AriaRole.COMBOBOX)).hasValue("MEMBER");
        inRow(email, "Remove " + email).click();
        dialog().getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Remove").setExact(true)).click();
        // Behind an open dialogue no row can be found: first that it has closed.
        assertThat(dialog()).hasCount(0);
        assertThat(rowWith(email)).hasCount(0);
        theirs.navigate(url("/"));
        // Nothing is left to see but how to begin anew.
        assertThat(theirs.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("New project"))).isVisible();
    }
}
