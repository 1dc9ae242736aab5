package dev.sightline.ingestion.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which base64 counts as a medium, of which type, and that nothing around it changes. */
class MediaTextTest {
    private static final int BYTES_MIN = 64;
    private static final String PNG = base64("\u0089PNG\r\n\u001a\n");
    private static final String NOISE = base64("noise");
    private static final String MEDIUM =
            "(?:data:[^,]{0,100};base64,)?+((?:[A-Za-z0-9+/_-]|\\\\(?=/))++(?:=|\\\\u003d){0,2}+)";

    private final List<String> moved = new ArrayList<>();

    private static String base64(String beginning) {
        byte[] content = new byte[300];
        new Random(beginning.hashCode()).nextBytes(content);
        byte[] head = beginning.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(head, 0, content, 0, head.length);
        return Base64.getEncoder().encodeToString(content);
    }

    private String moveOut(String text) {
        return MediaText.moveOut(text, MediaText.charsOf(BYTES_MIN), (type, content) -> {
            moved.add(type + " " + Base64.getEncoder().encodeToString(content));
            return "@@@" + type + "@@@";
        });
    }

    /** CONTENT stands for a picture without a known beginning, PNG for one with it. */
    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            {"type":"image","source":{"type":"base64","media_type":"image/webp","data":"CONTENT"}} => image/webp
            {"parts":[{"inline_data":{"mime_type":"image/heic","data":"CONTENT"}}]} => image/heic
            {"parts":[{"inlineData":{"data":"CONTENT","mimeType":"video/mp4"}}]} => video/mp4
            {"type":"input_audio","input_audio":{"data":"CONTENT","format":"wav"}} => audio/wav
            {"type":"file","mediaType":"application/pdf","data":"CONTENT"} => application/pdf
            {"type":"blob","modality":"image","mime_type":"IMAGE/PNG","content":"CONTENT"} => image/png
            {"type":"media","mime_type":"audio/mp3","data":"CONTENT"} => audio/mp3
            {"type":"image","source_type":"base64","mime_type":"image/jpeg","data":"CONTENT"} => image/jpeg
            {"type":"image","base64":"CONTENT","mime_type":"image/jpeg"} => image/jpeg
            {"data":[{"b64_json":"PNG"}]} => image/png
            {"messages":[{"role":"user","content":"What is it?","images":["PNG"]}]} => image/png
            {"image":{"format":"png","source":{"bytes":"PNG"}}} => image/png
            {"type":"image_generation_call","result":"PNG"} => image/png
            "PNG" => image/png
            PNG => image/png
            """)
    void aPartOfAProviderIsMoved(String given, String type) {
        String mark = given.contains("CONTENT") ? "CONTENT" : "PNG";
        String base64 = mark.equals("PNG") ? PNG : NOISE;

        assertThat(moveOut(given.replace(mark, base64))).isEqualTo(given.replace(mark, "@@@" + type + "@@@"));
        assertThat(moved).containsExactly(type + " " + base64);
    }

    @Test
    void aDataUriIsMovedFromWhereverItStands() {
        String uri = "data:image/png;base64," + PNG;
        for (String around : new String[] {"%s", "see ![it](%s).", "{\"image_url\":{\"url\":\"%s\",\"detail\":\"low\"}}",
                "{\"a\":\"{\\\"b\\\":\\\"%s\\\"}\"}", "broken {\"a\": \"%s\" and so on", "%s %s"}) {
            moved.clear();
            assertThat(moveOut(around.replace("%s", uri))).isEqualTo(around.replace("%s", "@@@image/png@@@"));
            assertThat(moved).isNotEmpty().containsOnly("image/png " + PNG);
        }
        assertThat(moveOut("data:audio/wav;codecs=1;base64," + NOISE)).isEqualTo("@@@audio/wav@@@");
        assertThat(moveOut("data:;base64," + NOISE)).isEqualTo("@@@text/plain@@@");
    }

    @Test
    void escapesOfOtherJsonWritersDoNotHideAMedium() {
        String base64 = "/" + NOISE.substring(1, NOISE.length() - 4) + "AA==";
        byte[] content = Base64.getDecoder().decode(base64);
        String expected = Base64.getEncoder().encodeToString(content);
        String escaped = base64.replace("/", "\\/").replace("=", "\\u003d");

        assertThat(moveOut("{\"url\":\"data:image\\/png;base64," + escaped + "\"}"))
                .isEqualTo("{\"url\":\"@@@image/png@@@\"}");
        assertThat(moveOut("{\"mime_type\":\"image\\/png\",\"data\":\"" + escaped + "\"}"))
                .isEqualTo("{\"mime_type\":\"image\\/png\",\"data\":\"@@@image/png@@@\"}");
        assertThat(moved).containsExactly("image/png " + expected, "image/png " + expected);
    }

    @Test
    void jsonInAStringOfJsonIsUnderstood() throws Exception {
        String inner = "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/webp\",\"data\":\"%s\"}}]";
        ObjectMapper json = new ObjectMapper();
        String outer = "{ \"content\" : " + json.writeValueAsString(json.writeValueAsString(inner)) + " }";

        assertThat(moveOut(outer.replace("%s", NOISE))).isEqualTo(outer.replace("%s", "@@@image/webp@@@"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"data\":\"CONTENT\"}",
            "{\"mime_type\":\"image/png\",\"note\":\"CONTENT\"}",
            "{\"mime_type\":\"text/plain\",\"content\":\"CONTENT\"}",
            "{\"mime_type\":\"image png\",\"data\":\"CONTENT\"}",
            "{\"mime_type\":\"a/b|id=x\",\"data\":\"CONTENT\"}",
            "{\"mime_type\":\"image/png\",\"data\":\"CONTENT!\"}",
            "{\"mime_type\":\"image/png\",\"data\":\"xCONTENT\"}",
            "{\"mime_type\":\"image/png\",\"data\":\"@@@langfuseMedia:type=image/png|id=0123456789012345678901|source=bytes@@@\"}",
            "{\"format\":\"wav\",\"data\":\"CONTENT\"}",
            "data:image/png;base64,xCONTENT",
            "data:image/png,CONTENT",
            "data:ima\"ge/png;base64,CONTENT",
            "CONTENT", "", "{", "[[[[", "\"\\uD800\""})
    void everythingElseStays(String given) {
        String text = given.replace("CONTENT", NOISE);

        assertThat(moveOut(text)).isSameAs(text);
        assertThat(moved).isEmpty();
    }

    @Test
    void shortMediaStay() {
        String text = "data:image/png;base64," + Base64.getEncoder().encodeToString(new byte[BYTES_MIN - 2]);
        assertThat(moveOut(text)).isSameAs(text);
        assertThat(moveOut("data:image/png;base64," + Base64.getEncoder().withoutPadding()
                .encodeToString(new byte[BYTES_MIN]))).isEqualTo("@@@image/png@@@");
    }

    @Test
    void whatTheMoverLeavesStaysAndTheNextIsMoved() {
        String text = "[\"data:image/png;base64," + PNG + "\",\"data:image/gif;base64," + NOISE + "\"]";

        assertThat(MediaText.moveOut(text, 100, (type, _) -> type.equals("image/png") ? null : "moved"))
                .isEqualTo("[\"data:image/png;base64," + PNG + "\",\"moved\"]");
    }

    @Test
    void deepNestingAndCutJsonDoNoHarm() {
        String deep = "[".repeat(5_000) + "\"" + PNG + "\"" + "]".repeat(5_000);
        assertThat(moveOut(deep)).isSameAs(deep);
        assertThat(moveOut("{\"source\":{\"media_type\":\"image/webp\",\"data\":\"" + NOISE + "\",\"x\":"))
                .isEqualTo("{\"source\":{\"media_type\":\"image/webp\",\"data\":\"@@@image/webp@@@\",\"x\":");
    }

    /** Whatever comes: what is left is the text around the media, in order and unchanged. */
    @Test
    void randomTextsKeepEverythingAroundTheirMedia() {
        long seed = new Random().nextLong();
        System.out.println("MediaTextTest seed " + seed);
        Random random = new Random(seed);
        String[] pieces = {"{", "}", "[", "]", ",", ":", "\"", "\\\"", "\\", "\"data\":\"", "\"mime_type\":\"image/webp\",",
            "\"type\":\"blob\",\"content\":\"", "data:image/png;base64,", "data:;base64,", ";base64,", "\"", "\n", " ", "text \u00e4",
            "\ud83d\ude80", "=", "\\u003d", "\\/", PNG, NOISE, NOISE.substring(1), PNG.replace("/", "\\/"), "\"" + PNG + "\""};
        int count = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder made = new StringBuilder();
            for (int left = random.nextInt(20); left > 0; left--) {
                made.append(pieces[random.nextInt(pieces.length)]);
            }
            String text = made.toString();
            List<byte[]> contents = new ArrayList<>();
            String result = MediaText.moveOut(text, MediaText.charsOf(BYTES_MIN), (type, content) -> {
                assertThat(ContentTypes.isOne(type)).isTrue();
                contents.add(content);
                return "<" + (contents.size() - 1) + ">";
            });
            StringBuilder around = new StringBuilder();
            String rest = result;
            for (int i = 0; i < contents.size(); i++) {
                int token = rest.indexOf("<" + i + ">");
                around.append(Pattern.quote(rest.substring(0, token))).append(MEDIUM);
                rest = rest.substring(token + ("<" + i + ">").length());
            }
            Matcher original = Pattern.compile(around + Pattern.quote(rest)).matcher(text);
            assertThat(original.matches()).as("%s became %s", text, result).isTrue();
            for (int i = 0; i < contents.size(); i++) {
                String base64 = original.group(i + 1).replace("\\/", "/").replace("\\u003d", "=");
                assertThat(Base64Runs.decode(base64)).as(base64).isEqualTo(contents.get(i));
            }
            count += contents.size();
        }
        assertThat(count).isPositive();
    }
}
