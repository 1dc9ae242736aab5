package dev.sightline.query.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.query.Api;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The SQL of our reads as a tested artefact: what is sent for a request is what is committed under test/resources/reads
 * (REGENERATE=1 writes it anew), no table is read whole, and the indexes that the ADRs promise are used.
 */
@QuarkusTest
@WithTestResource(Engines.class)
class QueryPlanTest {
    private static final Path SNAPSHOTS = Path.of("src/test/resources/reads");
    private static final String TRACE = "00000000000000000000000000000abc";
    private static final String LARGE_TRACE = "00000000000000000000000000ffffff";
    private static final Pattern READ = Pattern.compile("ReadFromMergeTree \\(\\w+\\.(\\w+)\\)");
    private static final Pattern INDEX = Pattern.compile("^Name: (\\w+)$");
    private static final Pattern GRANULES = Pattern.compile("^Granules: (\\d+)/(\\d+)$");
    private static final int ROWS = 120_000;

    @Inject
    @DataSource("clickhouse")
    AgroalDataSource clickHouse;

    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord record) {
            sent.add(Sent.of(record.getMessage()));
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    private record Sent(String sql, List<Object> values) {
        /** The SELECTs inside, which EXPLAIN does not show where they only make a set. */
        List<Sent> inner() {
            List<Sent> inner = new ArrayList<>();
            for (int open = sql.indexOf('('); open >= 0; open = sql.indexOf('(', open + 1)) {
                if (sql.startsWith("SELECT", open + 1) || sql.startsWith("\nSELECT", open + 1)) {
                    String select = sql.substring(open + 1, closing(open));
                    int before = marks(sql.substring(0, open));
                    inner.add(new Sent(select.strip(), values.subList(before, before + marks(select))));
                }
            }
            return inner;
        }

        private int closing(int open) {
            int depth = 0;
            boolean quoted = false;
            for (int i = open; i < sql.length(); i++) {
                char c = sql.charAt(i);
                quoted ^= c == '\'';
                depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0) {
                    return i;
                }
            }
            throw new IllegalStateException("no closing bracket");
        }

        private static int marks(String text) {
            return (int) text.chars().filter(c -> c == '?').count();
        }

        /** Of the service's log: the statement, and its values in brackets. Sixteen digits are a span's id. */
        static Sent of(String message) {
            int bracket = message.lastIndexOf(" [");
            return new Sent(message.substring(0, bracket), Stream.of(message.substring(bracket + 2, message.length() - 1)
                    .split(", ")).<Object>map(value -> value.matches("0|[1-9](\\d{0,14}|\\d{16,18})") ? Long.valueOf(value) : value).toList());
        }
    }

    /** What EXPLAIN says of one table: by which indexes it was narrowed, and to how much of it. */
    private record Read(String table, Set<String> indexes, int granules, int of) {
    }

    @BeforeEach
    void record() {
        fill();
        Logger logger = Logger.getLogger(ClickHouseReads.class.getName());
        logger.setLevel(Level.FINEST);
        logger.addHandler(recorder);
    }

    @AfterEach
    void stop() {
        Logger logger = Logger.getLogger(ClickHouseReads.class.getName());
        logger.removeHandler(recorder);
        logger.setLevel(null);
    }

    /** Two projects of one month; the asked trace and the asked words stand at one place of it. */
    private void fill() {
        if (count("SELECT count() FROM observations WHERE project_id = 'plan-filler'") > 0) {
            return;
        }
        String trace = "toFixedString(unhex(leftPad(lower(hex(number + 2748)), 32, '0')), 16)";
        String span = "reinterpretAsFixedString(toUInt64(number + 1))";
        String start = "toDateTime64('2024-02-01 00:00:00', 9, 'UTC') + INTERVAL number * 20 SECOND";
        try (TraceFixture fixture = new TraceFixture()) {
            for (String project : List.of("dev", "plan-filler")) {
                fixture.execute("INSERT INTO observations (project_id, trace_id, span_id, name, type, level, start_time,"
                        + " user_id, session_id, metadata, sign) SELECT '" + project + "', " + trace + ", " + span
                        + ", 'step', 'span', 2, " + start + ", concat('user-', toString(intDiv(number, 1000))),"
                        + " concat('session-', toString(intDiv(number, 10))), map('tenant', concat('t', toString(intDiv(number, 10)))),"
                        + " 1 FROM numbers(" + ROWS + ")");
                fixture.execute("INSERT INTO observation_content (project_id, trace_id, span_id, start_time, input, output,"
                        + " attributes) SELECT '" + project + "', " + trace + ", " + span + ", " + start
                        + ", if(number = 5, 'the needlework of it', 'in'), 'out', map('request', concat('r', toString(number)))"
                        + " FROM numbers(" + ROWS + ")");
                fixture.execute("INSERT INTO messages (project_id, trace_id, hash, body, day) SELECT '" + project + "', "
                        + trace + ", toFixedString('', 16), 'said', '2024-02-01' FROM numbers(" + ROWS + ")");
                fixture.execute("INSERT INTO scores (project_id, trace_id, id, name, data_type, value, source, timestamp)"
                        + " SELECT '" + project + "', " + trace + ", toString(number), 'tone', 'NUMERIC', 1, 'api', " + start
                        + " FROM numbers(" + ROWS + ")");
            }
            String large = "toFixedString(unhex('" + LARGE_TRACE + "'), 16)";
            fixture.execute("INSERT INTO observations (project_id, trace_id, span_id, name, type, level, start_time, sign)"
                    + " SELECT 'dev', " + large + ", " + span + ", 'step', 'span', 2, " + start + ", 1 FROM numbers(1100)");
            fixture.execute("INSERT INTO observation_content (project_id, trace_id, span_id, start_time, input) SELECT 'dev', "
                    + large + ", " + span + ", " + start + ", 'in' FROM numbers(1100)");
            fixture.execute("INSERT INTO scores (project_id, trace_id, id, name, data_type, value, source, timestamp)"
                    + " SELECT 'dev', " + large + ", toString(number), 'tone', 'NUMERIC', 1, 'api', " + start
                    + " FROM numbers(2100)");
        }
    }

    /** Path, query, the file of the SQL, and the index that has to narrow a table. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "traces | - | traces | observations.PrimaryKey, observations.trace_id_index, observation_content.PrimaryKey, scores.PrimaryKey",
        "traces | needlework | traces-text | observation_content.input_words, observation_content.output_words, observation_content.tool_words, messages.body_words, observations.row_words",
        "traces | input:needlework | traces-input | observation_content.input_words, messages.body_words",
        "traces | attribute.request:r77 | traces-attribute | observation_content.attribute_pairs",
        "traces | metadata.tenant:t77 | traces-metadata | observations.metadata_pairs",
        "traces | user:user-7 | traces-user | observations.user_id_index",
        "traces | level:ERROR latency:>2s | traces-sums | observations.PrimaryKey",
        "observations | session:session-7 | observations-session | observations.session_id_index",
        "sessions | - | sessions | observations.session_id_index",
        "sessions/session-7 | - | session | observations.session_id_index",
        "users | - | users | observations.user_id_index",
        "traces/facets | - | facets | observations.PrimaryKey",
        "traces/" + TRACE + " | - | trace | observation_content.PrimaryKey, observations.trace_id_index, scores.PrimaryKey",
        "traces/" + TRACE + "?content=false | - | trace-without-content | observation_content.PrimaryKey, observations.trace_id_index",
        "traces/" + TRACE + "/outline | - | trace-outline | observation_content.PrimaryKey, observations.trace_id_index",
        "traces/" + LARGE_TRACE + " | - | trace-of-many-rows | observation_content.PrimaryKey, observations.trace_id_index, scores.PrimaryKey",
        "traces/" + TRACE + "/observations/0100000000000000 | - | observation | observation_content.PrimaryKey"})
    void isWhatIsCommittedAndReadsLittle(String path, String query, String file, String indexes)
            throws IOException, SQLException {
        RequestSpecification request = Api.dev();
        if (!path.startsWith("traces/0") && !path.startsWith("sessions/")) {
            request.queryParam("from", "2024-02-10T00:00:00Z").queryParam("to", "2024-02-11T00:00:00Z")
                    .queryParam("limit", 5);
            if (query != null && query.contains("7")) {
                request.queryParam("from", "2024-02-01T00:00:00Z");
            }
        }
        if (query != null) {
            request.queryParam("query", query);
        }
        request.get("/api/v1/" + path).then().statusCode(200);

        List<Sent> distinct = new ArrayList<>();
        sent.stream().filter(one -> distinct.stream().noneMatch(other -> other.sql.equals(one.sql)))
                .forEach(distinct::add);
        // Several are sent at one time: their order says nothing.
        distinct.sort(Comparator.comparing(Sent::sql));
        assertSnapshot(file, distinct.stream().map(Sent::sql).collect(Collectors.joining(";\n\n", "", ";\n")));
        List<Read> reads = new ArrayList<>();
        for (Sent one : distinct.stream().flatMap(whole ->
                Stream.concat(Stream.of(whole), whole.inner().stream())).toList()) {
            List<Read> of = explain(one);
            assertThat(of).as(one.sql).isNotEmpty().allSatisfy(read ->
                    assertThat(read.granules).as("granules of " + read + " in\n" + one.sql).isLessThan(read.of));
            reads.addAll(of);
        }
        Set<String> used = reads.stream().flatMap(read -> read.indexes.stream().map(index -> read.table + "." + index))
                .collect(Collectors.toSet());
        assertThat(used).contains(indexes.split(", "));
    }

    /** What a page reads of its table while nobody says since when, in rows of the 120,000 that the project has. */
    @ParameterizedTest
    @CsvSource({"observations, toStartTime, observations", "traces, toTimestamp, observations"})
    void aPageOfLangfusesListsReadsTheNewestOnly(String list, String until, String table) throws SQLException {
        Api.dev().queryParam(until, "2024-02-20T00:00:00Z").queryParam("limit", 5).get("/api/public/" + list).then()
                .statusCode(200);
        // How many there are takes all of them; it is one query, beside those of the page.
        List<Sent> counts = sent.stream().filter(one -> one.sql.startsWith("SELECT count()")
                || one.sql.startsWith("SELECT sum(sign)")).toList();
        assertThat(counts).as("once, or again with FINAL where another test took rows back").hasSizeBetween(1, 2);
        List<Sent> page = sent.stream().filter(one -> !counts.contains(one)).toList();
        for (Sent one : page) {
            assertThat(rowsRead(one, table)).as(one.sql).isLessThan(ROWS / 3);
        }
        assertThat(rowsRead(counts.getFirst(), table)).isGreaterThan(ROWS / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"traces?sessionId=session-7", "traces?userId=user-8&limit=5", "traces?userId=nobody",
        "sessions/session-7"})
    void theTracesOfOneAreFoundByTheIndex(String path) throws SQLException {
        Api.dev().get("/api/public/" + path).then().statusCode(200);
        for (Sent one : sent) {
            assertThat(rowsRead(one, "observations")).as(one.sql).isLessThan(ROWS / 3);
        }
    }

    @ParameterizedTest
    @CsvSource({"-, observations_by_hour", "type=SPAN, observations_by_hour", "name=step, observations_by_name_hour"})
    void observationsAreCountedByARollUpWhereItKnows(String condition, String table) {
        RequestSpecification request = Api.dev().queryParam("limit", 1);
        if (condition.contains("=")) {
            request.queryParam(condition.split("=")[0], condition.split("=")[1]);
        }
        int total = request.get("/api/public/observations").then().statusCode(200).extract().path("meta.totalItems");

        String rows = condition.equals("-") ? "" : condition.equals("type=SPAN") ? " AND type = 'span'"
                : " AND name = 'step'";
        assertThat(sent).filteredOn(one -> one.sql.contains("FROM " + table + "\n")).hasSize(1);
        assertThat(total).isEqualTo((int) count("SELECT count() FROM observations FINAL WHERE project_id = 'dev'"
                + " AND NOT trace_record" + rows));
    }

    private long rowsRead(Sent one, String table) throws SQLException {
        try (Connection connection = clickHouse.getConnection();
                PreparedStatement statement = connection.prepareStatement("EXPLAIN ESTIMATE " + one.sql)) {
            for (int i = 0; i < one.values.size(); i++) {
                statement.setObject(i + 1, one.values.get(i));
            }
            long read = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    read += rows.getString("table").equals(table) ? rows.getLong("rows") : 0;
                }
            }
            return read;
        }
    }

    private static void assertSnapshot(String file, String sql) throws IOException {
        Path snapshot = SNAPSHOTS.resolve(file + ".sql");
        if (System.getenv("REGENERATE") != null) {
            Files.createDirectories(SNAPSHOTS);
            Files.writeString(snapshot, sql);
        }
        assertThat(sql).as("run with REGENERATE=1 after a change of the SQL and look at the difference")
                .isEqualTo(Files.readString(snapshot));
    }

    private List<Read> explain(Sent one) throws SQLException {
        List<Read> reads = new ArrayList<>();
        String table = null;
        Set<String> indexes = new TreeSet<>();
        int[] granules = {0, 0};
        for (String line : lines("EXPLAIN indexes = 1 " + one.sql, one.values)) {
            // Branches of the plan are drawn before the text.
            String text = line.replaceFirst("^[\\s│├└─]+", "");
            Matcher read = READ.matcher(text);
            if (read.find()) {
                if (table != null) {
                    reads.add(new Read(table, Set.copyOf(indexes), granules[0], granules[1]));
                }
                table = read.group(1);
                indexes.clear();
                granules = new int[] {0, 0};
            }
            if (text.equals("PrimaryKey")) {
                indexes.add(text);
            }
            Matcher index = INDEX.matcher(text);
            if (index.matches()) {
                indexes.add(index.group(1));
            }
            Matcher left = GRANULES.matcher(text);
            if (left.matches()) {
                granules = new int[] {Integer.parseInt(left.group(1)),
                    granules[1] == 0 ? Integer.parseInt(left.group(2)) : granules[1]};
            }
        }
        if (table != null) {
            reads.add(new Read(table, Set.copyOf(indexes), granules[0], granules[1]));
        }
        return reads;
    }

    private List<String> lines(String sql, List<?> values) throws SQLException {
        try (Connection connection = clickHouse.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return lines;
        }
    }

    private long count(String sql) {
        try {
            return Long.parseLong(lines(sql, List.of()).getFirst());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
