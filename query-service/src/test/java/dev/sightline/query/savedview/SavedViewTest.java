package dev.sightline.query.savedview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.Session;
import dev.sightline.query.control.PasswordHash;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(Engines.class)
class SavedViewTest {
    private static final String PATH = "/api/v1/saved-views";
    private static final Map<String, Object> SLOW = Map.of("query", "latency:>2s", "range", "7d", "columns", "name,cost");

    @Inject
    AgroalDataSource postgres;
    @Inject
    SavedViewConfig config;

    @BeforeEach
    void otherProject() {
        ControlFixture.create(postgres);
    }

    @AfterEach
    void noViews() {
        ControlFixture.execute(postgres, "DELETE FROM sightline.saved_views WHERE project_id = 'dev'");
    }

    private static Map<String, Object> view(String name, Map<String, Object> search) {
        return Map.of("name", name, "search", search);
    }

    private static ValidatableResponse post(RequestSpecification caller, Object body) {
        return caller.contentType(ContentType.JSON).body(body).post(PATH).then();
    }

    private static ValidatableResponse put(String id, Object body) {
        return Api.dev().contentType(ContentType.JSON).body(body).put(PATH + "/" + id).then();
    }

    @Test
    void whatIsSavedIsReadReplacedAndDeleted() {
        Api.dev().get(PATH).then().statusCode(200).body("data", empty());
        Map<String, Object> saved = post(Api.dev(), view("  slow ones ", SLOW)).statusCode(201)
                .body("name", equalTo("slow ones")).body("search", equalTo(SLOW))
                .body("created_by", equalTo(Engines.PUBLIC_KEY)).extract().jsonPath().getMap("$");
        String id = (String) saved.get("id");
        post(Api.dev(), view("bad ones", Map.of())).statusCode(201);
        List<Map<String, Object>> listed = Api.dev().get(PATH).jsonPath().getList("data");
        assertThat(listed).extracting(each -> each.get("name")).containsExactly("bad ones", "slow ones");
        assertThat(listed.getLast()).isEqualTo(saved);

        put(id, view("slower ones", Map.of("query", "latency:>5s", "later", List.of(1, true)))).statusCode(200)
                .body("id", equalTo(id)).body("search.later", equalTo(List.of(1, true)));
        Api.dev().get(PATH).then().body("data.name", contains("bad ones", "slower ones"))
                .body("data[1].search.query", equalTo("latency:>5s"));
        Api.dev().delete(PATH + "/" + id).then().statusCode(204);
        Api.dev().delete(PATH + "/" + id).then().statusCode(404).body("detail", containsString(id));
        put(id, view("slow ones", SLOW)).statusCode(404);
        Api.dev().delete(PATH + "/none").then().statusCode(404);
        Api.dev().get(PATH).then().body("data.name", contains("bad ones"));
    }

    @Test
    void whatOneMemberSavesTheOthersSee() {
        UUID colleague = UUID.randomUUID();
        String email = "colleague-" + colleague + "@example.org";
        ControlFixture.execute(postgres, "INSERT INTO sightline.users (id, email, name, password_hash) VALUES (?, ?, "
                + "'Colleague', ?)", colleague, email, PasswordHash.of("a colleague's"));
        ControlFixture.execute(postgres, "INSERT INTO sightline.memberships (user_id, organization_id, role) "
                + "VALUES (?, 'acme', 'MEMBER')", colleague);
        Session theirs = Session.of(email, "a colleague's");
        Session ours = Session.of(Engines.EMAIL, Engines.PASSWORD);
        String id = post(theirs.on("dev"), view("theirs", SLOW)).statusCode(201)
                .body("created_by", equalTo(colleague.toString())).extract().path("id");
        ours.on("dev").get(PATH).then().statusCode(200).body("data.name", contains("theirs"));
        // Who made it stays who made it.
        ours.on("dev").contentType(ContentType.JSON).body(view("ours", SLOW)).put(PATH + "/" + id).then()
                .statusCode(200).body("created_by", equalTo(colleague.toString()));
        theirs.on("dev").get(PATH).then().body("data.name", contains("ours"));
        // A view outlives the account of who made it.
        ControlFixture.execute(postgres, "DELETE FROM sightline.users WHERE id = ?", colleague);
        ours.on("dev").get(PATH).then().body("data.created_by", contains(colleague.toString()));
        ours.on("dev").delete(PATH + "/" + id).then().statusCode(204);
    }

    @Test
    void anotherProjectsViewsDoNotExist() {
        String id = post(Api.dev(), view("secret", SLOW)).statusCode(201).extract().path("id");
        Api.other().get(PATH).then().statusCode(200).body("data.name", not(contains("secret")));
        Api.other().contentType(ContentType.JSON).body(view("mine now", SLOW)).put(PATH + "/" + id).then()
                .statusCode(404);
        Api.other().delete(PATH + "/" + id).then().statusCode(404);
        Api.dev().get(PATH).then().body("data.name", contains("secret"));
        // A name is taken in its own project only.
        String same = post(Api.other(), view("secret", SLOW)).statusCode(201).extract().path("id");
        Api.other().delete(PATH + "/" + same).then().statusCode(204);
    }

    @Test
    void aNameIsThatOfOneView() {
        String slow = post(Api.dev(), view("slow", SLOW)).statusCode(201).extract().path("id");
        String bad = post(Api.dev(), view("bad", Map.of())).statusCode(201).extract().path("id");
        post(Api.dev(), view(" slow ", Map.of())).statusCode(400).body("field", equalTo("name"))
                .body("detail", containsString("PUT " + PATH + "/" + slow));
        put(bad, view("slow", Map.of("query", "level:error"))).statusCode(400).body("field", equalTo("name"));
        put(slow, view("slow", Map.of())).statusCode(200);
        Api.dev().get(PATH).then().body("data.name", contains("bad", "slow")).body("data[0].search", equalTo(Map.of()));
    }

    @Test
    void atOnceNoNameIsTakenTwice() {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<CompletableFuture<Integer>> answers = IntStream.range(0, 8).mapToObj(n -> CompletableFuture.supplyAsync(
                    () -> post(Api.dev(), view("at once", SLOW)).extract().statusCode(), threads)).toList();
            assertThat(answers.stream().map(CompletableFuture::join)).containsOnly(201, 400).containsOnlyOnce(201);
        }
    }

    @Test
    void aProjectHasABoundedNumber() {
        ControlFixture.execute(postgres, "INSERT INTO sightline.saved_views (id, project_id, name, search, created_by) "
                + "SELECT gen_random_uuid(), 'dev', 'view ' || n, '{}', 'test' FROM generate_series(1, ?) n",
                config.perProjectMax());
        post(Api.dev(), view("one more", SLOW)).statusCode(400).body("field", equalTo("name"))
                .body("detail", containsString("delete one first"));
        String first = Api.dev().get(PATH).path("data[0].id");
        put(first, view("still to be changed", SLOW)).statusCode(200);
        Api.dev().delete(PATH + "/" + first).then().statusCode(204);
        post(Api.dev(), view("one more", SLOW)).statusCode(201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"search": {}}                                   | name
            {"name": " ", "search": {}}                      | name
            {"name": "two\\nlines", "search": {}}            | name
            {"name": "x\\u0000", "search": {}}               | name
            {"name": "x"}                                    | search
            {"name": "x", "search": null}                    | search
            {"name": "x", "search": "query=level:error"}     | search
            {"name": "x", "search": ["level:error"]}         | search
            {"name": "x", "search": {}, "owner": "me"}       | owner
            []                                               | body
            name=x                                           | body
            """)
    void whatIsWrongIsNamed(String body, String field) {
        post(Api.dev(), body).statusCode(400).body("field", equalTo(field));
        String id = post(Api.dev(), view("right", SLOW)).statusCode(201).extract().path("id");
        put(id, body).statusCode(400).body("field", equalTo(field));
        Api.dev().get(PATH).then().body("data.name", contains("right")).body("data[0].search", equalTo(SLOW));
    }

    @Test
    void namesAndSearchesHaveASize() {
        String longest = "n".repeat(SavedView.Content.NAME_LENGTH_MAX);
        post(Api.dev(), view(longest + "n", Map.of())).statusCode(400).body("field", equalTo("name"));
        // {"query":"…"} around it; an umlaut has two bytes.
        String most = "ü".repeat((SavedViewStore.SEARCH_BYTES_MAX - 12) / 2);
        post(Api.dev(), view("x", Map.of("query", most + "ü"))).statusCode(400).body("field", equalTo("search"))
                .body("detail", containsString("16384 bytes"));
        post(Api.dev(), view(longest, Map.of("query", most))).statusCode(201).body("search.query", equalTo(most));
        Api.dev().get(PATH).then().body("data[0].search.query", equalTo(most));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\ud800", "👩🏽‍🚀", "<script>", "' OR 1=1 --"})
    void anySearchIsKept(String text) {
        post(Api.dev(), view("any", Map.of("query", text, "deep", Map.of("list", List.of(Map.of()))))).statusCode(201);
        Api.dev().get(PATH).then().statusCode(200).body("data[0].search.deep.list", equalTo(List.of(Map.of())));
    }
}
