package dev.sightline.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ServiceException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterParserTest {
    private static final List<String> AWKWARD = List.of("gpt-4o", "a b", "OR", "AND", "NOT", "-x", "has:error", "*", "a*b",
            "\"", "\\", "\\\"", "a\nb", "(", ")", ",", "x,y", "1..2", "..", ".", ">2", "<", "=", "$1", "'", "; DROP TABLE x",
            "%", "_", "日本", "😀", "http://a/b?c=d", " lead", "trail ", "\u00a0", "null", "true", "2026-11-26", "1e5", "?");

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', value = {
        "model:gpt-4o latency:>2s => model:gpt-4o latency:>2000ms",
        "latency:<0.5 => latency:<500ms",
        "latency:100ms..1.5m => latency:100ms..90000ms",
        "latency:5.. => latency:>=5000ms",
        "latency:..5h => latency:<=18000000ms",
        "ttft:>=250us => ttft:>=0.25ms",
        "tokens:>1.5k input_tokens:2M => tokens:>1500 input_tokens:2000000",
        "cost:>$0.50 => cost:>$0.5",
        "cost:1..2 => cost:$1..$2",
        "model:(gpt-4o, o3 ,\"a b\") => model:(gpt-4o,o3,\"a b\")",
        "name:chat* user:*@acme.com => name:chat* user:*@acme.com",
        "name:\"chat with\"*you => name:\"chat with\"*you",
        "a b OR c => (\"a\" \"b\") OR \"c\"",
        "a (b OR c) => \"a\" (\"b\" OR \"c\")",
        "(a b) c => \"a\" \"b\" \"c\"",
        "a AND b => \"a\" \"b\"",
        "NOT level:error => -level:ERROR",
        "-(type:tool OR -has:user) => -(type:tool OR -has:user)",
        "NOT NOT a => --\"a\"",
        "userId:7 sessionId:s providedModelName:m => user:7 session:s model:m",
        "traceName:x timeToFirstToken:>1s totalCost:0 => trace_name:x ttft:>1000ms cost:$0",
        "metadata.tenant.id:42 => metadata.tenant.id:42",
        "metadata.\"a:b c\":x has:metadata.\"y z\" => metadata.\"a:b c\":x has:metadata.\"y z\"",
        "metadata.retries:>2 => metadata.retries:>2",
        "attr.http.route:/ask => attribute.http.route:/ask",
        "score.relevance:<0.5 score.tone:(rude,cold) => score.relevance:<0.5 score.tone:(rude,cold)",
        "score.x:0.2..0.75 => score.x:0.2..0.75",
        "score.x:a..b => score.x:\"a..b\"",
        "input:refund output:\"so sorry\" => input:refund output:\"so sorry\"",
        "start:>=2026-11-26T09:00:00+02:00 => start:>=2026-11-26T07:00:00Z",
        "start:2026-11-01..2026-11-15 => start:2026-11-01..2026-11-15",
        "root:yes => root:true",
        "refund* => \"refund\"",
        "10:30 => \"10:30\"",
        "it's => \"it's\"",
        "\"say \\\"hi\\\"\" => \"say \\\"hi\\\"\"",
        "model:=o3 => model:o3",
        "status:\">2\" => status_message:\">2\""})
    void reads(String query, String canonical) {
        assertThat(Filter.parse(query)).hasToString(canonical);
        assertThat(Filter.parse(canonical)).isEqualTo(Filter.parse(query));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t\n"})
    void nothingLeavesNothingOut(String query) {
        assertThat(Filter.parse(query)).isEqualTo(Filter.ALL);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', value = {
        "modle:gpt => 0 => 5 => did you mean 'model'",
        "a latncy:>2s => 2 => 6 => did you mean 'latency'",
        "😀 foo:x => 2 => 3 => no field 'foo'",
        "http://x => 0 => 4 => put it into quotes",
        "latency:>2x => 9 => 2 => 250ms",
        "latency:> => 8 => 1 => value",
        "latency: => 0 => 8 => latency:>2s",
        "model:>3 => 6 => 1 => cannot compare",
        "model:* => 6 => 1 => has:model",
        "tokens:1.5 => 7 => 3 => whole",
        "tokens:9..1 => 7 => 4 => end is before",
        "level:FATAL => 6 => 5 => DEBUG, DEFAULT, WARNING, ERROR",
        "root:maybe => 5 => 5 => true or false",
        "start:yesterday => 6 => 9 => 2026-11-26",
        "(a OR b => 0 => 1 => not closed",
        "a) => 1 => 1 => closes nothing",
        "a OR => 4 => 0 => needs a term",
        "OR a => 0 => 1 => needs a term",
        "a OR OR b => 5 => 1 => needs a term",
        "a AND => 5 => 0 => needs a term",
        "() => 1 => 1 => needs a term",
        "NOT => 3 => 0 => needs a term",
        "\"open => 0 => 1 => not closed",
        "model:(a,b => 6 => 1 => not closed",
        "model:(a,,b) => 9 => 1 => needs a value",
        "model:(a b) => 9 => 1 => ','",
        "model:a(b => 7 => 1 => '('",
        "has:nothing => 4 => 7 => no field",
        "has: => 4 => 0 => name of a field",
        "metadata:x => 0 => 8 => needs a key",
        "score.:x => 0 => 6 => needs a key",
        "a*b => 0 => 3 => '*'",
        "* => 0 => 1 => something to search for",
        "input:\"  \" => 6 => 4 => empty text",
        "cost:99999999999999999 => 5 => 17 => 15 digits"})
    void saysWhereItIsWrong(String query, int position, int length, String message) {
        assertThatThrownBy(() -> Filter.parse(query)).isInstanceOfSatisfying(ServiceException.class, e -> {
            assertThat(e.field()).isEqualTo("query");
            assertThat(e.range().position()).as("position in " + e.getMessage()).isEqualTo(position);
            assertThat(e.range().length()).as("length in " + e.getMessage()).isEqualTo(length);
            assertThat(e.getMessage()).contains(message);
        });
    }

    @Test
    void hasBounds() {
        assertWrong("x".repeat(FilterParser.LENGTH_MAX + 1), "longer than");
        assertWrong("(".repeat(FilterParser.DEPTH_MAX + 1) + "a", "nested");
        assertWrong("-".repeat(FilterParser.DEPTH_MAX + 1) + "a", "nested");
        assertWrong("a ".repeat(FilterParser.TERMS_MAX + 1), "terms");
        assertWrong("model:(" + "a,".repeat(FilterParser.LIST_MAX) + "a)", "list");
        assertThat(Filter.parse("a ".repeat(FilterParser.TERMS_MAX)).isAll()).isFalse();
    }

    @Test
    void whatIsPrintedReadsTheSame() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            Expression expression = new RandomFilter(random, field -> word(random, field),
                    field -> AWKWARD.get(random.nextInt(AWKWARD.size())), Instant.parse("2026-11-26T00:00:00Z"))
                    .next(4);
            String printed = FilterPrinter.print(expression);
            if (printed.codePointCount(0, printed.length()) > FilterParser.LENGTH_MAX) {
                continue;
            }
            assertThat(Filter.parse(printed)).as("seed " + seed + ": " + printed).isEqualTo(Filter.of(expression));
        }
    }

    private static String word(Random random, FilterField field) {
        if (field == FilterField.LEVEL) {
            return "ERROR";
        }
        if (field == FilterField.SCORE_SOURCE) {
            return "api";
        }
        if (field == FilterField.TYPE) {
            return "tool";
        }
        String word = AWKWARD.get(random.nextInt(AWKWARD.size()));
        return word.isBlank() ? "w" : word;
    }

    @Test
    void hostileTextIsReadOrRefusedButNeverBreaks() {
        String alphabet = "ab:.*\"\\()-,<>=$ \n\t0195|&;'`%?OR NOThas𝄞é\u0000\ud800";
        for (int seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            StringBuilder query = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                query.append(random.nextInt(5) > 0 ? String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())))
                        : List.of("model:", "latency:>", "has:", "score.x:", " OR ", "\"", "metadata.").get(
                                random.nextInt(7)));
            }
            String text = query.toString();
            try {
                Filter filter = Filter.parse(text);
                assertThat(Filter.parse(filter.toString())).as("seed " + seed).isEqualTo(filter);
            } catch (ServiceException e) {
                int end = text.codePointCount(0, text.length());
                assertThat(e.range().position()).as("seed " + seed).isBetween(0, end);
                assertThat(e.range().position() + e.range().length()).as("seed " + seed + text).isBetween(0, end);
            }
        }
    }

    private static void assertWrong(String query, String message) {
        assertThatThrownBy(() -> Filter.parse(query)).isInstanceOf(ServiceException.class)
                .hasMessageContaining(message);
    }
}
