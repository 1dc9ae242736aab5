package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol itself, by plain HTTP: what clients other than the Java driver rely on. */
class HttpProtocolTest {

    @TempDir
    static Path data;
    static EngineProcess engine;

    @BeforeAll
    static void start() throws IOException {
        engine = EngineProcess.start(data);
    }

    @AfterAll
    static void stop() {
        assertThat(engine.stop()).isZero();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static HttpResponse<byte[]> get(String pathAndQuery) throws IOException {
        return engine.send(engine.request(pathAndQuery).GET().build());
    }

    private static HttpResponse<byte[]> post(String pathAndQuery, String body) throws IOException {
        return engine.send(engine.request(pathAndQuery).POST(BodyPublishers.ofString(body)).build());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    @Test
    void answersPingAndQueriesWithTheHeadersOfAServer() throws IOException {
        assertThat(text(engine.send(HttpRequest.newBuilder(engine.request("/ping").build().uri()).build())))
                .isEqualTo("Ok.\n");
        assertThat(text(get("/"))).isEqualTo("Ok.\n");
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        var response = get("/?query=" + encoded("SELECT number FROM numbers(3)") + "&query_id=mine");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(text(response)).isEqualTo("0\n1\n2\n");
        assertThat(header(response, "X-ClickHouse-Query-Id")).isEqualTo("mine");
        assertThat(header(response, "X-ClickHouse-Format")).isEqualTo("TabSeparated");
        assertThat(header(response, "X-ClickHouse-Timezone")).isEqualTo("UTC");
        assertThat(header(response, "X-ClickHouse-Server-Display-Name")).isNotBlank();
        assertThat(header(response, "X-ClickHouse-Exception-Tag")).hasSize(16);
        assertThat(header(response, "X-ClickHouse-Summary")).contains("\"read_rows\":\"3\"");
        assertThat(header(response, "Content-Type")).isEqualTo("text/tab-separated-values; charset=UTF-8");
    }

    @Test
    void takesTheTextFromUrlAndBodyTogether() throws IOException {
        assertThat(text(post("/?query=" + encoded("SELECT 1 +"), " 2"))).isEqualTo("3\n");
        assertThat(text(post("/", "SELECT 'ü', 1; "))).isEqualTo("ü\t1\n");
        assertThat(text(post("/?default_format=JSONEachRow", "SELECT 1 AS a -- FORMAT CSV"))).isEqualTo("{\"a\":1}\n");
        assertThat(text(post("/", "SELECT 'FORMAT CSV' AS format FORMAT CSV SETTINGS max_threads = 1")))
                .isEqualTo("\"FORMAT CSV\"\n");
        assertThat(text(post("/?database=system", "SELECT currentDatabase()"))).isEqualTo("system\n");
        assertThat(text(post("/?param_x=" + encoded("a\\tb"), "SELECT {x:String}"))).isEqualTo("a\\tb\n");
    }

    @Test
    void settingsInTheUrlAreOfThisRequestOnly() throws IOException {
        assertThat(text(post("/?max_threads=3&session_timezone=Asia%2FTokyo",
                "SELECT getSetting('max_threads'), timezone()"))).isEqualTo("3\tAsia/Tokyo\n");
        assertThat(text(post("/", "SELECT getSetting('max_threads') = 3, timezone()"))).isEqualTo("0\tUTC\n");
        post("/", "SET max_threads = 3");
        post("/", "CREATE TEMPORARY TABLE gone (a Int8)");
        assertThat(post("/", "SELECT * FROM gone").statusCode()).isEqualTo(404);
    }

    /** Requests with the same settings share a session, one after the other. */
    @Test
    void nothingOfARequestIsSeenByTheNextWithTheSameSettings() throws IOException {
        String settings = "/?max_threads=2&database=system";
        assertThat(text(post(settings + "&param_x=1&query_id=first", "SELECT {x:String}, getSetting('max_block_size')"
                + " SETTINGS max_block_size = 7"))).isEqualTo("1\t7\n");
        assertThat(header(post(settings, "SELECT {x:String}"), "X-ClickHouse-Exception-Code")).isEqualTo("456");
        assertThat(post(settings, "SELECT throwIf(number = 90000) FROM numbers(100000)").statusCode()).isEqualTo(500);
        assertThat(text(post(settings + "&query_id=second", "WITH 1 AS one SELECT one, currentDatabase(),"
                + " getSetting('max_threads'), getSetting('max_block_size') = 7"))).isEqualTo("1\tsystem\t2\t0\n");
        assertThat(text(post(settings + "&readonly=1", "SELECT getSetting('readonly')"))).isEqualTo("1\n");
        assertThat(text(post(settings, "SELECT getSetting('readonly')"))).isEqualTo("0\n");
    }

    @Test
    void defaultsAreThoseOfAServer() throws IOException {
        assertThat(text(post("/", "SELECT getSetting('async_insert'), getSetting('implicit_select')")))
                .isEqualTo("false\tfalse\n");
        assertThat(text(post("/", "SELECT name, value FROM system.merge_tree_settings WHERE name IN"
                + " ('fsync_after_insert', 'fsync_part_directory', 'old_parts_lifetime') ORDER BY name")))
                .isEqualTo("fsync_after_insert\t1\nfsync_part_directory\t1\nold_parts_lifetime\t480\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "SELEC 1 | 62 | 400",
            "SELECT 1; SELECT 2 | 62 | 400",
            "exit | 62 | 400",
            "'' | 62 | 400",
            "1 + 1 | 62 | 400",
            "SELECT * FROM nothing | 60 | 404",
            "SELECT no_such_function(1) | 46 | 404",
            "SELECT nothing | 47 | 404",
            "SELECT 1 FORMAT NoSuchFormat | 73 | 404",
            "SELECT 1 SETTINGS no_such_setting = 1 | 115 | 404",
            "SELECT sleep(3) SETTINGS max_execution_time = 0.5 | 159 | 408",
            "SELECT throwIf(1) | 395 | 500",
            "SELECT throwIf(number = 9000000) FROM numbers(10000000) FORMAT Null | 395 | 500",
            "SELECT toUInt8('x') | 6 | 400",
            "SELECT 1 INTO OUTFILE '/tmp/never.csv' | 48 | 501",
            "INSERT INTO nothing FROM INFILE '/etc/passwd' FORMAT CSV | 48 | 501",
            "INSERT INTO nothing VALUES (1) | 60 | 404",
            "SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 10000000 | 241 | 500"})
    void errorsHaveCodeAndStatus(String sql, int code, int status) throws IOException {
        var response = post("/", sql);
        assertThat(header(response, "X-ClickHouse-Exception-Code")).isEqualTo(Integer.toString(code));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(text(response)).startsWith("Code: " + code + ". DB::Exception: ").contains("(version 26.");
        assertThat(text(post("/", "SELECT 1"))).isEqualTo("1\n");
    }

    @Test
    void requestsThatAreNotOfferedAreRefused() throws IOException {
        assertThat(post("/?session_id=a", "SELECT 1").statusCode()).isEqualTo(501);
        assertThat(post("/?role=admin", "SELECT 1").statusCode()).isEqualTo(403);
        assertThat(header(post("/?no_such=1", "SELECT 1"), "X-ClickHouse-Exception-Code")).isEqualTo("115");
        assertThat(header(post("/?database=no_such", "SELECT 1"), "X-ClickHouse-Exception-Code")).isEqualTo("81");
        assertThat(header(get("/?query=" + encoded("CREATE TABLE by_get (a Int8) ENGINE = Memory")),
                "X-ClickHouse-Exception-Code")).isEqualTo("164");
    }

    @Test
    void onlyTheRightPasswordOpens() throws IOException {
        var uri = engine.request("/?query=SELECT+1").build().uri();
        assertThat(engine.send(HttpRequest.newBuilder(uri).build()).statusCode()).isEqualTo(401);
        var wrong = engine.send(HttpRequest.newBuilder(uri).header("Authorization", "Basic "
                + Base64.getEncoder().encodeToString("default:wrong".getBytes(StandardCharsets.UTF_8))).build());
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(header(wrong, "X-ClickHouse-Exception-Code")).isEqualTo("516");
        assertThat(engine.send(HttpRequest.newBuilder(uri).header("X-ClickHouse-User", "default")
                .header("X-ClickHouse-Key", "wrong").build()).statusCode()).isEqualTo(401);
        var inUrl = URI.create(uri + "&user=default&password=" + encoded(EngineProcess.PASSWORD));
        assertThat(engine.send(HttpRequest.newBuilder(inUrl).build()).statusCode()).isEqualTo(200);
        var byKey = HttpRequest.newBuilder(uri).header("X-ClickHouse-User", "default")
                .header("X-ClickHouse-Key", "a secret: x").build();
        assertThat(engine.send(byKey).statusCode()).isEqualTo(401);
    }

    /** Formats with a frame around the rows must be one document, however many blocks the result has. */
    @ParameterizedTest
    @ValueSource(strings = {"JSON", "JSONCompact", "CSVWithNames", "TabSeparatedWithNamesAndTypes", "Values", "XML",
            "JSONCompactEachRowWithNamesAndTypes", "RowBinaryWithNamesAndTypes", "RowBinaryWithNames"})
    void resultsOfManyBlocksAreOneDocument(String format) throws IOException {
        String sql = "SELECT number AS \"a\nb\", toString(number) AS s FROM numbers(100) ORDER BY number";
        byte[] oneBlock = post("/?default_format=" + format, sql).body();
        byte[] manyBlocks = post("/?max_block_size=7&default_format=" + format,
                "SELECT number AS \"a\nb\", toString(number) AS s FROM numbers(100)").body();
        String statistics = "(?s)\"statistics\".*|<statistics>.*";
        assertThat(new String(manyBlocks, StandardCharsets.ISO_8859_1).replaceAll(statistics, ""))
                .isEqualTo(new String(oneBlock, StandardCharsets.ISO_8859_1).replaceAll(statistics, ""));
        byte[] awaited = post("/?wait_end_of_query=1&max_block_size=7&default_format=" + format,
                "SELECT number AS \"a\nb\", toString(number) AS s FROM numbers(100)").body();
        assertThat(new String(awaited, StandardCharsets.ISO_8859_1).replaceAll(statistics, ""))
                .isEqualTo(new String(oneBlock, StandardCharsets.ISO_8859_1).replaceAll(statistics, ""));
    }

    @Test
    void statementsWithoutRowsAndWithoutSelectAnswerToo() throws IOException {
        assertThat(text(post("/?default_format=JSONEachRow", "SELECT 1 AS a WHERE 0"))).isEmpty();
        assertThat(text(post("/?default_format=CSVWithNames", "SELECT 1 AS a WHERE 0"))).isEqualTo("\"a\"\n");
        assertThat(text(post("/", "SHOW DATABASES"))).contains("default\n");
        assertThat(text(post("/", "EXPLAIN SELECT 1"))).isNotBlank();
        assertThat(text(post("/", "EXISTS TABLE nothing"))).isEqualTo("0\n");
        assertThat(text(post("/", "WITH 2 AS x SELECT x ORDER BY 1"))).isEqualTo("2\n");
        assertThat(text(post("/", "FROM numbers(1) SELECT number"))).isEqualTo("0\n");
        assertThat(text(post("/", "(SELECT 1)"))).isEqualTo("1\n");
        assertThat(text(post("/", "SELECT number % 2 AS n, count() FROM numbers(4) GROUP BY n WITH TOTALS ORDER BY n")))
                .isEqualTo("0\t2\n1\t2\n\n0\t4\n");
    }

    /** Chunked: the head with 200 is gone when the query fails, so the body must end broken, with the reason in it. */
    @Test
    void anErrorAfterRowsBreaksTheBodyAndNamesTheReason() throws IOException {
        String sql = "SELECT number, throwIf(number = 2000000) FROM numbers(4000000)";
        assertThatThrownBy(() -> post("/", sql)).isInstanceOf(IOException.class);
        String raw = rawRequest("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + sql.length() + "\r\n", sql);
        assertThat(raw).startsWith("HTTP/1.1 200 OK");
        String tag = raw.substring(raw.indexOf("X-ClickHouse-Exception-Tag: ") + 28).substring(0, 16);
        assertThat(raw).contains("\r\n__exception__\r\n" + tag + "\r\nCode: 395. DB::Exception: ");
        assertThat(raw).contains(tag + "\r\n__exception__\r\n");
        assertThat(raw).doesNotEndWith("\r\n0\r\n\r\n");
        // The same with the whole result awaited is a clean error.
        assertThat(post("/?wait_end_of_query=1", sql).statusCode()).isEqualTo(500);
    }

    private static String rawRequest(String head, String body) throws IOException {
        try (var socket = openRequest(head, body)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Socket openRequest(String head, String body) throws IOException {
        var socket = new Socket("127.0.0.1", engine.port());
        String pair = EngineProcess.USER + ":" + EngineProcess.PASSWORD;
        String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write((head + "Authorization: Basic " + auth + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    @Test
    void aClientThatHangsUpStopsItsQuery() throws Exception {
        String sql = "SELECT count() FROM numbers(2000000000000) WHERE NOT ignore(sipHash64(number))";
        var socket = openRequest("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + sql.length() + "\r\n", sql);
        String running = "SELECT count() FROM system.processes WHERE query LIKE '%2000000000000%'"
                + " AND query NOT LIKE '%processes%'";
        await(() -> engine.sql(running).equals("1"));
        socket.close();
        await(() -> engine.sql(running).equals("0"));
    }

    @Test
    void anInsertThatBreaksOffWritesNothing() throws Exception {
        engine.sql("CREATE TABLE broken_off (id UInt64) ENGINE = MergeTree ORDER BY id");
        var socket = openRequest("POST /?query=" + encoded("INSERT INTO broken_off FORMAT TSV")
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n", "1\n2\n3\n".repeat(1000));
        String running = "SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO broken_off%'";
        await(() -> engine.sql(running).equals("1"));
        socket.close();
        await(() -> engine.sql(running).equals("0"));
        assertThat(engine.sql("SELECT count() FROM broken_off")).isEqualTo("0");
        assertThat(engine.sql("SELECT count() FROM system.parts WHERE table = 'broken_off'")).isEqualTo("0");
    }

    @Test
    void aFailingInsertIsAnErrorAlsoWhenAViewFails() throws IOException {
        engine.sql("CREATE TABLE viewed (id UInt64) ENGINE = MergeTree ORDER BY id");
        engine.sql("CREATE TABLE view_target (id UInt64) ENGINE = MergeTree ORDER BY id");
        engine.sql("CREATE MATERIALIZED VIEW failing TO view_target AS SELECT id + throwIf(id = 13) AS id FROM viewed");
        assertThat(post("/?query=" + encoded("INSERT INTO viewed FORMAT TSV"), "1\n2\n").statusCode()).isEqualTo(200);
        var failed = post("/?query=" + encoded("INSERT INTO viewed FORMAT TSV"), "12\n13\n");
        assertThat(header(failed, "X-ClickHouse-Exception-Code")).isEqualTo("395");
        var bad = post("/?query=" + encoded("INSERT INTO viewed FORMAT TSV"), "x\n" + "1\n".repeat(5_000_000));
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(text(bad)).contains("CANNOT_PARSE_INPUT_ASSERTION_FAILED");
    }

    @Test
    void insertsReportWhatTheyWrote() throws IOException {
        engine.sql("CREATE TABLE counted (id UInt64, s String DEFAULT 'd') ENGINE = MergeTree ORDER BY id");
        assertThat(header(post("/", "INSERT INTO counted (id) VALUES (1), (2), (1 + 2);"), "X-ClickHouse-Summary"))
                .contains("\"written_rows\":\"3\"");
        assertThat(header(post("/", "insert into counted(id)values(9)"), "X-ClickHouse-Summary"))
                .contains("\"written_rows\":\"1\"");
        assertThat(header(post("/", "INSERT INTO counted SELECT number, '' FROM numbers(10)"), "X-ClickHouse-Summary"))
                .contains("\"written_rows\":\"");
        assertThat(header(post("/?query=" + encoded("INSERT INTO `counted` (id) FORMAT\n JSONEachRow"),
                "{\"id\": 4}\n\n{\"id\": 5}"), "X-ClickHouse-Summary")).contains("\"written_rows\":\"2\"");
        assertThat(engine.sql("SELECT count(), countIf(s = 'd') FROM counted")).isEqualTo("16\t6");
    }

    @Test
    void httpCompressionWorksBothWays() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("SELECT number FROM numbers(100000)".getBytes(StandardCharsets.US_ASCII));
        }
        var response = engine.send(engine.request("/?enable_http_compression=1").header("Content-Encoding", "gzip")
                .header("Accept-Encoding", "gzip").POST(BodyPublishers.ofByteArray(packed.toByteArray())).build());
        assertThat(header(response, "Content-Encoding")).isEqualTo("gzip");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().count()).isEqualTo(100_000);
        }
        assertThat(post("/?decompress=1", "this is not a compressed block at all, not by far").statusCode())
                .isGreaterThanOrEqualTo(400);
    }

    @Test
    void oneIdRunsOnce() throws Exception {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var first = threads.submit(() -> post("/?query_id=twice", "SELECT sleep(2)"));
        await(() -> engine.sql("SELECT count() FROM system.processes WHERE query = 'SELECT sleep(2)'").equals("1"));
        assertThat(header(post("/?query_id=twice", "SELECT 1"), "X-ClickHouse-Exception-Code")).isEqualTo("216");
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(post("/?query_id=twice", "SELECT 1").statusCode()).isEqualTo(200);
    }

    @Test
    void moreQueriesThanTheBoundAreRefusedAndTheNextOnesServed(@TempDir Path other) throws Exception {
        try (var small = EngineProcess.start(other, "--max-queries", "2");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sleeping = small.request("/").POST(BodyPublishers.ofString("SELECT sleep(3)")).build();
            Callable<HttpResponse<byte[]>> sleep = () -> {
                var response = small.send(sleeping);
                while (response.statusCode() == 429) {
                    response = small.send(sleeping);
                }
                return response;
            };
            var first = threads.submit(sleep);
            var second = threads.submit(sleep);
            var body = BodyPublishers.ofByteArray(new byte[3_000_000]);
            HttpResponse<byte[]> refused = null;
            for (int i = 0; i < 100 && (refused == null || refused.statusCode() == 404); i++) {
                refused = small.send(small.request("/?query=" + encoded("INSERT INTO nothing FORMAT Native")).POST(body)
                        .build());
            }
            assertThat(header(refused, "X-ClickHouse-Exception-Code")).isEqualTo("202");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(first.get().statusCode()).isEqualTo(200);
            assertThat(second.get().statusCode()).isEqualTo(200);
            assertThat(small.sql("SELECT 1")).isEqualTo("1");
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 200; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("did not come true within ten seconds");
    }
}
