package dev.sightline.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Texts made to be slow: doubling one doubles its time. No time is asserted; a detector that is quadratic in any of
 * these 1 MB texts would run for hours, so this test would not end.
 */
class HostileTest {
    private static final int CHARS = 1_000_000;
    private static final Detector DETECTOR = Detector.standard();

    @Test
    void readsAnyTextInLinearTime() {
        Map<String, String> units = new LinkedHashMap<>();
        units.put("digits", "4");
        units.put("single digits", "4 ");
        units.put("digits and hyphens", "4-");
        units.put("digits and dots", "1.");
        units.put("cards without an end", "4111 ");
        units.put("national numbers", "0123 456 789 01, ");
        units.put("international numbers", "+49 30 901820, ");
        units.put("brackets", "(1)(");
        units.put("at signs", "@");
        units.put("addresses in a row", "a@b.cd");
        units.put("long local part", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@");
        units.put("colons", ":");
        units.put("hex groups", "ab:1:");
        units.put("double colons", "1::2 ");
        units.put("URLs", "a://b:c@");
        units.put("keys", "sk-a1b2c3d4e5f6g7h8i9j0");
        units.put("JWT beginnings", "eyJaaaaaaaaaaaaaaaaa.");
        units.put("PEM beginnings", "-----BEGIN PRIVATE KEY-----");
        units.put("hyphens", "-");
        units.put("backslashes", "\\");
        units.put("escapes", "\\u0034");
        units.put("invisible", "4\u200b");
        units.put("named secrets", "password=a1b2c3d4e5f6g7h8/");
        units.put("bearers", "bearer a1b2c3d4e5f6g7h8.");
        units.put("IBAN beginnings", "DE89 3704 ");
        units.put("words", "phone card ssn id ");
        units.put("percent", "%40a%");
        units.put("half characters", "\uD835");
        units.forEach((name, unit) -> {
            String text = unit.repeat(CHARS / unit.length());
            long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            int found = DETECTOR.find(text).size();
            System.out.printf(Locale.ROOT, "%-24s %8d found %6d ms%n", name, found,
                    (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began) / 1_000_000);
        });
    }

    @Test
    void takesAnyCharacters() {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        Random random = new Random(seed);
        String alphabet = "0123456789 -.()/+:@aAbfxeyJsk_\\un\"{}[]%\u200b\uD835\uDFCE４é漢\n,=#";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(random.nextInt(20) == 0 ? (char) random.nextInt(0x10000)
                        : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String whole = text.toString();
            assertThat(DETECTOR.mayHold(whole) || DETECTOR.search(whole).isEmpty()).as("seed %d: %s", seed, text).isTrue();
            int last = 0;
            for (Finding finding : DETECTOR.find(whole)) {
                assertThat(finding.start()).as("seed %d: %s", seed, text).isGreaterThanOrEqualTo(last);
                assertThat(finding.end()).isGreaterThan(finding.start()).isLessThanOrEqualTo(text.length());
                last = finding.end();
            }
        }
    }
}
