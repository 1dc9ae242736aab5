package dev.sightline.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.ScriptedJudge;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Status;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The UI in a real Chromium, as somebody uses it who signs in and looks at what just happened. Screenshots of both
 * pages go to target/screenshots, or to the folder of {@code -Dscreenshots=}. Only a machine without a Chromium skips.
 */
@ExtendWith(SharedStack.class)
class BrowserTest extends InChromium {
    private static final String QUESTION = "How long may I return a pair of shoes that do not fit?";
    private static final String ANSWER = "You may return shoes that do not fit within 30 days of delivery.";

    private final String mark = UUID.randomUUID().toString().substring(0, 8);

    BrowserTest(Stack stack) {
        super(stack);
    }

    private void openTraces() {
        page.navigate(inProject("home"));
        signIn(Stack.USER_PASSWORD);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Traces").setExact(true)).click();
        assertThat(table()).isVisible();
    }

    /** What is typed into the search bar, and asked. */
    private void search(String query) {
        Locator bar = page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Search traces"));
        bar.fill(query);
        bar.press("Enter");
    }

    private Locator table() {
        return page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Traces, newest first"));
    }

    private Locator row(String name) {
        return table().getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(name));
    }

    private String send(String name, boolean failed) {
        ByteString traceId = Spans.newTraceId();
        ExportTraceServiceRequest.Builder request = Conversations.rag(traceId, name, QUESTION, ANSWER).toBuilder();
        if (failed) {
            request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).getSpansBuilder(2).setStatus(
                    Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("429: slow down"));
        }
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(request.build(), stack.project().authorization()).accepted();
        }
        return Spans.hex(traceId);
    }

    @Test
    void aWrongPasswordIsToldAndTheRightOneLeadsToWhereOneWanted() {
        String traceId = send("deep link " + mark, false);
        page.navigate(url("/project/" + stack.project().id() + "/traces/" + traceId));
        signIn("not the password");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("wrong");
        signIn(Stack.USER_PASSWORD);
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .containsText("deep link " + mark);
        assertThat(page.url()).contains(traceId);
    }

    @Test
    void newTracesArriveWithoutReload() {
        send("before " + mark, false);
        openTraces();
        assertThat(row("before " + mark)).isVisible();
        page.evaluate("window.notReloaded = true");
        send("arrival " + mark, false);
        assertThat(row("arrival " + mark)).isVisible();
        assertThat(page.evaluate("window.notReloaded")).isEqualTo(true);
    }

    @Test
    void searchAndFacetsNarrowTheTable() {
        String good = "refund question " + mark;
        String bad = "refund failure " + mark;
        send(good, false);
        String badId = send(bad, true);
        openTraces();
        assertThat(row(good)).isVisible();
        assertThat(row(bad)).isVisible();
        search("REFUND \"failure " + mark + "\"");
        assertThat(row(good)).isHidden();
        assertThat(row(bad)).isVisible();
        search("trace_id:" + badId.substring(0, 12) + "*");
        assertThat(row(bad)).isVisible();
        assertThat(table().getByRole(AriaRole.ROW)).hasCount(2);
        search(mark);
        assertThat(row(good)).isVisible();
        Locator facets = page.getByRole(AriaRole.COMPLEMENTARY,
                new Page.GetByRoleOptions().setName("Filters with counts"));
        facets.getByRole(AriaRole.BUTTON).filter(new Locator.FilterOptions().setHasText("ERROR")).click();
        assertThat(row(good)).isHidden();
        assertThat(row(bad)).isVisible();
        page.reload();
        assertThat(row(bad)).isVisible();
        assertThat(row(good)).isHidden();
        search("\"nothing is called so " + mark + "\"");
        assertThat(row(bad)).isHidden();
    }

    @Test
    void ingestHealthSaysWhyASpanIsMissing() {
        send("not lost " + mark, false);
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(ByteString.EMPTY, "lost").build()), stack.project().authorization())
                    .accepted();
        }
        openTraces();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Ingest health")).click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .hasText("Ingest health");
        Locator reasons = page.getByRole(AriaRole.TABLE,
                new Page.GetByRoleOptions().setName("Reasons, most often first"));
        assertThat(reasons.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("invalid-trace-id")))
                .containsText("trace_id must be 16 bytes");
        assertThat(page.getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("What this means")))
                .containsText("trace_id must be 16 bytes");
        assertThat(page.getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Sources, busiest first"))
                .getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("otlp-grpc"))).isVisible();
        screenshot("ingest-health");
        page.navigate(url("/ingest-health"));
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Last 24 hours")).click();
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Last 24 hours")
                .setPressed(true))).isVisible();
        assertThat(page.url()).endsWith("/ingest-health?range=24h");
    }

    @Test
    void aTraceShowsItsChatTokensCostAndScores() {
        String name = "answer a customer " + mark;
        send("another customer " + mark, true);
        send("one more customer " + mark, false);
        String traceId = send(name, false);
        openTraces();
        search("\"customer " + mark + "\"");
        // 1,000 and 200 tokens at 0.15 and 0.60 US dollars for a million.
        assertThat(row(name)).containsText("$0.00027");
        // A trace in ten has the scores of all built-in scorers as well: then the row names some and counts the rest.
        assertThat(row(name)).containsText(Pattern.compile("helpfulness|\\+\\d"));
        assertThat(row("one more customer " + mark)).containsText(Pattern.compile("helpfulness|\\+\\d"));
        assertThat(row("another customer " + mark)).containsText(Pattern.compile("answer-relevance|\\+\\d"));
        screenshot("traces");
        row(name).getByRole(AriaRole.LINK).first().click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1))).containsText(name);
        assertThat(page.url()).contains(traceId);
        Locator facts = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Facts of the trace"));
        assertThat(facts).containsText("$0.00027");
        assertThat(facts).containsText("1,000 \u2192 200");
        assertThat(page.locator("main")).containsText("answer-relevance");
        assertThat(page.locator("main")).containsText("helpfulness");
        assertThat(page.locator("main")).containsText(ScriptedJudge.REASONING);
        screenshot("trace");
        page.getByRole(AriaRole.TREEITEM).filter(new Locator.FilterOptions().setHasText("chat gpt-4o-mini")).click();
        Locator detail = page.getByRole(AriaRole.ARTICLE);
        assertThat(detail).containsText(QUESTION);
        assertThat(detail).containsText(ANSWER);
        assertThat(detail.getByRole(AriaRole.LISTITEM).filter(new Locator.FilterOptions().setHasText(QUESTION)))
                .containsText("User");
        assertThat(detail.getByRole(AriaRole.LISTITEM).filter(new Locator.FilterOptions().setHasText(ANSWER)))
                .containsText("Assistant");
        assertThat(detail).containsText("gpt-4o-mini");
        screenshot("generation");
    }

    /** As the browser really shows it: loaded within the page's content security policy. */
    @Test
    void aPictureOfAMessageIsShown() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 2_400; i++) {
            image.setRGB(i % 60, i / 60, ThreadLocalRandom.current().nextInt(1 << 24));
        }
        ImageIO.write(image, "png", png);
        ByteString traceId = Spans.newTraceId();
        String uri = "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(traceId, "picture " + mark)
                    .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                    .addAttributes(Spans.text("gen_ai.input.messages", """
                            [{"role":"user","parts":[{"type":"text","content":"What is this?"},
                            {"type":"image_url","image_url":{"url":"%s"}}]}]""".formatted(uri))).build()),
                    stack.project().authorization()).accepted();
        }
        page.navigate(url("/project/" + stack.project().id() + "/traces/" + Spans.hex(traceId)));
        signIn(Stack.USER_PASSWORD);
        Locator picture = page.locator("main img").first();
        assertThat(picture).isVisible();
        assertThat(picture).hasJSProperty("naturalWidth", 60);
        assertThat(picture).hasJSProperty("naturalHeight", 40);
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Download")).first()).isVisible();
        screenshot("picture");
    }
}
