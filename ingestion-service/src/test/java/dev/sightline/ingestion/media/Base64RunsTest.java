package dev.sightline.ingestion.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class Base64RunsTest {
    @Test
    void findsWhatARegularExpressionFinds() {
        long seed = new Random().nextLong();
        System.out.println("Base64RunsTest seed " + seed);
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            int charsMin = 1 + random.nextInt(12);
            String text = text(random);
            List<String> expected = new ArrayList<>();
            Matcher runs = Pattern.compile("(?:[A-Za-z0-9+/_-]|\\\\(?=/)){" + charsMin + ",}(?:=|\\\\u003[dD]){0,2}").matcher(text);
            while (runs.find()) {
                expected.add(runs.start() + " " + runs.group());
            }
            List<String> actual = new ArrayList<>();
            Base64Runs mine = new Base64Runs(text, charsMin);
            while (mine.next()) {
                actual.add(mine.start() + " " + text.substring(mine.start(), mine.end()));
            }
            assertThat(actual).as("'%s' from %d characters", text, charsMin).isEqualTo(expected);
            found += actual.size();
        }
        assertThat(found).isPositive();
    }

    private static String text(Random random) {
        String[] pieces = {"a", "Zz09", "+", "-_", "/", "\\/", "\\", "=", "==", "\\u003d", "\\u003D", " ", "\"", "\n",
                "\u00e4", "\ud83d\ude80", "AAAAAAAAAAAAAAA"};
        StringBuilder text = new StringBuilder();
        for (int count = random.nextInt(30); count > 0; count--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    @Test
    void decodesBothAlphabetsWithAndWithoutPaddingAndNothingElse() {
        byte[] content = {(byte) 0xfb, (byte) 0xff, 1, 2};

        assertThat(Base64Runs.decode("+/8BAg==")).isEqualTo(content);
        assertThat(Base64Runs.decode("+/8BAg")).isEqualTo(content);
        assertThat(Base64Runs.decode("-_8BAg==")).isEqualTo(content);
        for (String wrong : new String[] {"+_8BAg==", "+/8BA", "+/8BAg=", "+/8BAQI=="}) {
            assertThat(Base64Runs.decode(wrong)).as(wrong).isNull();
        }
    }
}
