package dev.sightline.ingestion.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random texts with personal data planted in them: all of it is gone, and every other byte is where it was. */
class PlantedTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final IngestSettings REDACT = RedactorTest.settings(Redaction.Mode.REDACT);
    private static final String[] FILLERS = {"Please help me.", "The answer is 42.", "In 2024 we sold 1,200 units.",
        "{not json", "<b>bold</b>", "Grüße aus Köln, 漢字も。", "a = b[3] * 0.25;", "😀 fine", "see chapter 7", "\"quoted\"",
        "tab\there", "C:\\new\\table", "line\nbreak", "100 % of 12.50 EUR", "at 10:30 on 2024-05-12", "v1.2.3",
        "id 550e8400-e29b-41d4-a716-446655440000"};

    private final long seed = Long.getLong("sightline.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Redactor redactor = RedactorTest.redactor(new SimpleMeterRegistry());

    private record Planted(String before, String value, String kind) {
    }

    private String digits(int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append((char) ('0' + random.nextInt(10)));
        }
        return digits.toString();
    }

    private String letters(int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append((char) ('a' + random.nextInt(26)));
        }
        return letters.toString();
    }

    private Planted plant() {
        return switch (random.nextInt(7)) {
            case 0 -> new Planted("my mail is ", letters(1 + random.nextInt(9)) + "." + letters(4) + "@" + letters(6)
                    + ".com", "email_address");
            case 1 -> new Planted("my card number is ", card(), "credit_card");
            case 2 -> new Planted("pay to IBAN ", iban(), "iban_code");
            case 3 -> new Planted("my SSN is ", (100 + random.nextInt(500)) + "-" + (10 + random.nextInt(89)) + "-"
                    + (1000 + random.nextInt(8999)), "us_ssn");
            case 4 -> new Planted("from IP ", (1 + random.nextInt(126)) + "." + random.nextInt(256) + "."
                    + random.nextInt(256) + "." + (40 + random.nextInt(200)), "ip_address");
            case 5 -> new Planted("my phone is ", "+1 415-555-" + (1000 + random.nextInt(8999)), "phone_number");
            default -> new Planted("key ", "ghp_" + letters(18) + digits(18), "secret");
        };
    }

    private String card() {
        String body = "4" + digits(14);
        for (char last = '0'; last <= '9'; last++) {
            String digits = body + last;
            int sum = 0;
            for (int i = 0; i < 16; i++) {
                int digit = digits.charAt(i) - '0';
                sum += i % 2 == 0 ? digit * 2 / 10 + digit * 2 % 10 : digit;
            }
            if (sum % 10 == 0) {
                return random.nextBoolean() ? digits : digits.replaceAll("(.{4})(?!$)", "$1 ");
            }
        }
        throw new AssertionError();
    }

    private String iban() {
        String account = digits(18);
        java.math.BigInteger value = new java.math.BigInteger(account + "131400");
        int check = 98 - value.mod(java.math.BigInteger.valueOf(97)).intValue();
        return "DE" + (check < 10 ? "0" : "") + check + account;
    }

    private String redact(String text) {
        return redactor.apply(REDACT, Observation.newBuilder().setInput(text).build()).value().getInput();
    }

    @Test
    void inPlainText() {
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder("Text: ");
            StringBuilder expected = new StringBuilder("Text: ");
            for (int i = random.nextInt(6); i >= 0; i--) {
                Planted planted = plant();
                String filler = FILLERS[random.nextInt(FILLERS.length)];
                text.append(filler).append("; ").append(planted.before()).append(planted.value()).append(", ");
                expected.append(filler).append("; ").append(planted.before()).append("[REDACTED:").append(planted.kind())
                        .append("], ");
            }
            assertThat(redact(text.toString())).as("seed %d", seed).isEqualTo(expected.toString());
        }
    }

    @Test
    void inJsonOfAnyShape() throws Exception {
        for (int round = 0; round < 3_000; round++) {
            List<Planted> all = new ArrayList<>();
            String json = JSON.writeValueAsString(value(3, all));
            if (random.nextInt(3) == 0) {
                json = escapeSome(json);
            }
            String redacted = redact(json);
            String expected = JSON.readTree(json).toString();
            for (Planted planted : all) {
                expected = expected.replace(planted.value(), "[REDACTED:" + planted.kind() + "]");
            }
            assertThat(JSON.readTree(redacted).toString()).as("seed %d: %s", seed, json).isEqualTo(expected);
        }
    }

    private Object value(int depth, List<Planted> all) throws Exception {
        switch (depth == 0 ? 3 : random.nextInt(6)) {
            case 0 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    list.add(value(depth - 1, all));
                }
                return list;
            }
            case 1 -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    map.put("key " + letters(5), value(depth - 1, all));
                }
                return map;
            }
            case 2 -> {
                return JSON.writeValueAsString(value(depth - 1, all)); // as the arguments of tools are
            }
            case 4 -> {
                return random.nextInt(1000);
            }
            default -> {
                Planted planted = plant();
                all.add(planted);
                return FILLERS[random.nextInt(FILLERS.length)] + " " + planted.before() + planted.value() + ", "
                        + FILLERS[random.nextInt(FILLERS.length)];
            }
        }
    }

    /** The same JSON with some characters of its strings written as escapes. */
    private String escapeSome(String json) {
        StringBuilder escaped = new StringBuilder();
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\') {
                escaped.append(c).append(json.charAt(++i));
            } else if (c == '"') {
                inString = !inString;
                escaped.append(c);
            } else if (inString && random.nextInt(10) == 0) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
