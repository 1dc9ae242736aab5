package dev.sightline.ingestion.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cutting and splicing JSON text. */
class JsonTest {
    @Test
    void fieldsAreCutOutAsTheyWereWritten() {
        String json = " { \"a\" : 1.50 , \"b\":\"x\\\"y\", \"c\": [ 1 , {\"d\":2} ],\"e\":null,\"f\":true }";
        assertThat(Json.field(json, "a")).isEqualTo("1.50");
        assertThat(Json.field(json, "b")).isEqualTo("\"x\\\"y\"");
        assertThat(Json.field(json, "c")).isEqualTo("[ 1 , {\"d\":2} ]");
        assertThat(Json.field(json, "f")).isEqualTo("true");
        assertThat(Json.field(json, "d")).isNull();
        assertThat(Json.textField(json, "b")).isEqualTo("x\"y");
        assertThat(Json.textField(json, "e")).isNull();
        assertThat(Json.elements("[1, \"two\" ,[3],{\"four\":4}]"))
                .containsExactly("1", "\"two\"", "[3]", "{\"four\":4}");
        assertThat(Json.without(json, "c")).isEqualTo("{\"a\":1.50,\"b\":\"x\\\"y\",\"e\":null,\"f\":true}");
    }

    @Test
    void whatIsNotJsonIsTextAndNeverAnError() {
        for (String text : List.of("", "x", "{", "[1", "{\"a\":}", "[1]x", "{}{}", "[".repeat(5_000), "{'a':1}")) {
            assertThat(Json.isContainer(text)).as(text).isFalse();
            Json.field(text, "a");
            Json.flatten(text, "", (_, _) -> {
            });
        }
        assertThat(Json.elements("[1")).isNull();
        assertThat(Json.field("[1]", "a")).isNull();
        assertThat(Json.isContainer(" [1] ")).isTrue();
    }

    @Test
    void quotingRoundTrips() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ObjectMapper reader = new ObjectMapper();
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.appendCodePoint(switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(0x20);
                    case 1 -> "\"\\/{}[]".charAt(random.nextInt(7));
                    case 2 -> 0x10000 + random.nextInt(0x1000);
                    default -> ' ' + random.nextInt(0x300);
                });
            }
            StringBuilder json = new StringBuilder();
            Json.quote(json, text.toString());
            assertThat(reader.readTree(json.toString()).textValue()).as("seed " + seed).isEqualTo(text.toString());
        }
    }
}
