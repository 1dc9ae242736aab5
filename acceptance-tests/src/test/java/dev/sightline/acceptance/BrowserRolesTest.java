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
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pages offer somebody what the server would do for them: people who were invited in a role look for themselves. */
@ExtendWith(SharedStack.class)
class BrowserRolesTest extends InChromium {
    private static final String PASSWORD = "a password to join with";
    /** Who may score changes these. */
    private static final List<String> FOR_MEMBERS = List.of("dashboards: New dashboard", "dashboards: Import",
            "dashboards/%s: Clone", "traces?query=%s: Add score", "traces?query=%s: Save");
    private static final List<String> FOR_ADMINS = List.of("traces?query=%s: Delete", "evaluators: New evaluator",
            "evaluators: New", "evaluators?tab=rules: New rule", "evaluators?tab=templates: Copy", "guard: New policy",
            "guard: Change", "models: Add a price", "settings: Rename", "settings?tab=keys: Make a key",
            "settings?tab=keys: Remove", "settings?tab=members: Add", "settings?tab=privacy: Save",
            "settings?tab=privacy: Add an environment", "settings?tab=connections: Add a connection");

    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private final ByteString traceId = Spans.newTraceId();

    BrowserRolesTest(Stack stack) {
        super(stack);
    }

    @BeforeAll
    void seed() {
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(traceId, "roles-" + mark).build()), stack.project().authorization())
                    .accepted();
        }
    }

    @Test
    void aViewerReadsEverythingAndIsOfferedNoChange() {
        Page theirs = joined("VIEWER");
        theirs.navigate(inProject("traces/" + Spans.hex(traceId)));
        assertThat(theirs.locator("main h1")).containsText("roles-" + mark);
        assertThat(offered(theirs, FOR_MEMBERS)).isEmpty();
        assertThat(offered(theirs, FOR_ADMINS)).isEmpty();

        theirs.navigate(inProject("settings?tab=privacy"));
        assertThat(theirs.locator("main form"))
                .containsText("Only owners and admins");
        assertThat(theirs.getByLabel("Traces kept, in percent")).isDisabled();
        theirs.navigate(inProject("settings"));
        assertThat(theirs.getByLabel("Name", new Page.GetByLabelOptions().setExact(true))).not().isEditable();
        theirs.navigate(inProject("guard"));
        button(theirs, "Look").first().click();
        assertThat(theirs.getByRole(AriaRole.DIALOG)).containsText("Only owners and admins");
        assertThat(button(theirs, "Save as a new version")).hasCount(0);
        assertThat(violations(theirs)).isEmpty();
        theirs.keyboard().press("Escape");
        assertThat(theirs.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    @Test
    void pagesWithoutTheButtonsAreAccessible() {
        Page theirs = joined("VIEWER");
        TreeMap<String, List<String>> found = new TreeMap<>();
        for (String path : List.of("traces", "dashboards", "evaluators", "evaluators?tab=rules", "guard", "models",
                "settings", "settings?tab=keys", "settings?tab=members", "settings?tab=privacy",
                "settings?tab=connections")) {
            open(theirs, path);
            found.put(path, violations(theirs));
        }
        found.values().removeIf(List::isEmpty);
        assertThat(found).isEmpty();
    }

    @Test
    void aMemberIsOfferedWhatMembersMay() {
        Page theirs = joined("MEMBER");
        assertThat(offered(theirs, FOR_MEMBERS)).isEqualTo(FOR_MEMBERS);
        assertThat(offered(theirs, FOR_ADMINS)).isEmpty();
    }

    @Test
    void anOwnerIsOfferedAll() {
        open("home");
        assertThat(offered(page, FOR_MEMBERS)).isEqualTo(FOR_MEMBERS);
        assertThat(offered(page, FOR_ADMINS)).isEqualTo(FOR_ADMINS);
    }

    /** Those of the buttons, each after its page, that are there. */
    private List<String> offered(Page theirs, List<String> buttons) {
        List<String> there = new ArrayList<>();
        for (String each : buttons) {
            int colon = each.indexOf(": ");
            String path = each.substring(0, colon);
            if (path.startsWith("dashboards/")) {
                open(theirs, "dashboards");
                theirs.locator("main li a").first().click();
                assertThat(button(theirs, "Export")).isVisible();
            } else if (path.startsWith("traces")) {
                open(theirs, path.formatted("trace_name:roles-" + mark));
                if (each.endsWith("Save")) {
                    button(theirs, "Saved views").click();
                    assertThat(theirs.getByRole(AriaRole.DIALOG)).isVisible();
                } else {
                    theirs.getByLabel("Select roles-" + mark).check();
                    assertThat(button(theirs, "Export")).isVisible();
                }
            } else {
                open(theirs, path);
            }
            settled(theirs);
            if (button(theirs, each.substring(colon + 2)).count() > 0) {
                there.add(each);
            }
        }
        return there;
    }

    private void open(Page theirs, String path) {
        theirs.navigate(inProject(path));
        settled(theirs);
    }

    /** A browser in which somebody new is signed in, whom the owner invited in this role. */
    private Page joined(String role) {
        open("settings?tab=members");
        Locator main = page.locator("main");
        main.getByLabel("E-mail", new Locator.GetByLabelOptions().setExact(true))
                .fill(role.toLowerCase(Locale.ROOT) + "-" + UUID.randomUUID() + "@example.org");
        main.getByLabel("Role", new Locator.GetByLabelOptions().setExact(true)).selectOption(role);
        button(page, "Add").click();
        String link = main.locator("code").filter(new Locator.FilterOptions().setHasText("/invitation#")).innerText();
        Page theirs = newPage();
        theirs.navigate(link);
        theirs.getByLabel("Your name").fill("Role of " + role);
        theirs.getByLabel("New password").fill(PASSWORD);
        theirs.getByLabel("New password").press("Enter");
        assertThat(theirs.getByLabel("New password")).hasCount(0);
        assertThat(theirs.locator("main h1")).isVisible();
        return theirs;
    }
}
