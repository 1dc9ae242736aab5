package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.MediaClient;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Media through Langfuse's API and out of spans, on the stack with its folder. */
@ExtendWith(SharedStack.class)
class MediaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String UPLOADED = """
            {"uploadedAt":"2026-11-25T12:00:00.123Z","uploadHttpStatus":200,"uploadHttpError":"","uploadTimeMs":12}""";

    private final Stack stack;
    private final Project other;
    private final MediaClient media;
    private final byte[] content = newContent(50_000);
    private final String mediaId = MediaClient.mediaId(content);

    MediaTest(SharedStack.Shared shared) {
        this.stack = shared.stack();
        this.other = shared.other();
        this.media = client(stack.project());
    }

    private MediaClient client(Project project) {
        return new MediaClient(stack.file().uri("base_url"), project.authorization());
    }

    @AfterEach
    void close() {
        media.close();
    }

    private static byte[] newContent(int bytes) {
        byte[] content = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(content);
        return content;
    }

    private URI announced(byte[] content, String contentType) {
        HttpResponse<byte[]> response = media.announce(MediaClient.announcement(content, contentType, TRACE_ID));
        assertThat(response.statusCode()).isEqualTo(201);
        JsonNode answer = MediaClient.json(response);
        assertThat(answer.path("mediaId").asText()).isEqualTo(MediaClient.mediaId(content));
        return URI.create(answer.path("uploadUrl").asText());
    }

    private URI stored(byte[] content, String contentType) {
        assertThat(media.put(announced(content, contentType), content, contentType).statusCode()).isEqualTo(200);
        return URI.create(MediaClient.json(media.about(MediaClient.mediaId(content))).path("url").asText());
    }

    private static void refused(HttpResponse<byte[]> response, int status, String message) {
        assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(status);
        assertThat(MediaClient.json(response).path("message").asText()).contains(message);
        assertThat(MediaClient.json(response).path("error").asText()).isNotEmpty();
    }

    @Test
    void anUploadIsAnnouncedSentReportedAndFetched() {
        assertThat(media.about(mediaId).statusCode()).isEqualTo(404);
        Instant before = Instant.now().minusSeconds(1);

        URI uploadUrl = announced(content, "image/png");
        assertThat(media.put(uploadUrl, content, "image/png").statusCode()).isEqualTo(200);
        assertThat(media.report(mediaId, UPLOADED).statusCode()).isEqualTo(204);

        JsonNode about = MediaClient.json(media.about(mediaId));
        assertThat(about.path("mediaId").asText()).isEqualTo(mediaId);
        assertThat(about.path("contentType").asText()).isEqualTo("image/png");
        assertThat(about.path("contentLength").asInt()).isEqualTo(content.length);
        assertThat(Instant.parse(about.path("uploadedAt").asText())).isAfter(before).isBefore(Instant.now().plusSeconds(1));
        assertThat(Instant.parse(about.path("urlExpiry").asText())).isAfter(Instant.now());
        HttpResponse<byte[]> fetched = media.fetch(URI.create(about.path("url").asText()));
        assertThat(fetched.statusCode()).isEqualTo(200);
        assertThat(fetched.body()).isEqualTo(content);
        assertThat(fetched.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(fetched.headers().firstValue("Content-Length")).contains("50000");

        HttpResponse<byte[]> again = media.announce(MediaClient.announcement(content, "image/png", "any text"));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(MediaClient.json(again).path("mediaId").asText()).isEqualTo(mediaId);
        assertThat(MediaClient.json(again).path("uploadUrl").isNull()).isTrue();
    }

    @Test
    void aLargeUploadOfUnknownLengthComesBackAlsoInParts() {
        byte[] large = newContent(20_000_000);
        assertThat(media.putChunked(announced(large, "video/mp4"), large, "video/mp4").statusCode()).isEqualTo(200);
        URI url = URI.create(MediaClient.json(media.about(MediaClient.mediaId(large))).path("url").asText());

        assertThat(Arrays.equals(media.fetch(url).body(), large)).isTrue();
        HttpResponse<byte[]> part = media.fetch(url, "Range", "bytes=19999000-");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 19999000-19999999/20000000");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 19_999_000, 20_000_000));
        assertThat(media.fetch(url, "Range", "bytes=20000000-").statusCode()).isEqualTo(416);
    }

    @Test
    void otherContentThanAnnouncedIsRefused() {
        URI url = announced(content, "image/png");
        byte[] changed = content.clone();
        changed[0] ^= 1;

        refused(media.put(url, changed, "image/png"), 400, "SHA-256");
        refused(media.put(url, Arrays.copyOf(content, 49_999), "image/png"), 400, "Content-Length is not 50000");
        refused(media.putChunked(url, Arrays.copyOf(content, 49_999), "image/png"), 400, "only 49999 of 50000 bytes");
        refused(media.putChunked(url, Arrays.copyOf(content, 50_001), "image/png"), 400, "more than the announced 50000");
        refused(media.put(url, content, "image/gif"), 400, "Content-Type is not image/png");
        refused(media.report(mediaId, UPLOADED), 404, "this project has no medium " + mediaId);
        assertThat(media.report(mediaId, UPLOADED.replace("200", "403")).statusCode()).isEqualTo(204);
        assertThat(media.about(mediaId).statusCode()).isEqualTo(404);
    }

    @Test
    void anAddressIsOnlyGoodAsItWasGivenOutAndNotForever() throws Exception {
        URI upload = announced(content, "image/png");
        refused(media.put(change(upload, "contentType=image%2Fpng", "contentType=text%2Fhtml"), content, "text/html"),
                403, "signature");
        refused(media.put(change(upload, "contentLength=50000", "contentLength=50001"), content, "image/png"),
                403, "signature");
        refused(media.put(change(upload, "project=" + stack.project().id(), "project=" + other.id()), content,
                "image/png"), 403, "signature");
        assertThat(media.put(upload, content, "image/png").statusCode()).isEqualTo(200);

        URI url = URI.create(MediaClient.json(media.about(mediaId)).path("url").asText());
        refused(media.fetch(change(url, "project=" + stack.project().id(), "project=" + other.id())), 403, "signature");
        refused(media.fetch(change(url, "expires=", "expires=9")), 403, "signature");
        refused(media.fetch(change(url, mediaId, "x".repeat(22))), 403, "signature");
        refused(media.fetch(change(url, "signature=", "signature=x")), 403, "signature");
        refused(media.fetch(change(url, "&signature=", "&unsigned=")), 403, "signature");
        refused(media.fetch(change(url, "expires=", "late=")), 400, "expires is missing");
        refused(media.fetch(signedFor(Instant.now().minusSeconds(1))), 403, "expired");
        assertThat(media.fetch(signedFor(Instant.now().plusSeconds(60))).body()).isEqualTo(content);
    }

    private static URI change(URI url, String part, String with) {
        assertThat(url.toString()).contains(part);
        return URI.create(url.toString().replace(part, with));
    }

    /** What the stack would have given out for another time. */
    private URI signedFor(Instant expiry) throws Exception {
        SecretKey secret = new SecretKeySpec(Base64.getDecoder().decode(stack.secret("SIGHTLINE_ENCRYPTION_KEY")), "Generic");
        SecretKey key = KDF.getInstance("HKDF-SHA256").deriveKey("HmacSHA256", HKDFParameterSpec.ofExtract()
                .addIKM(secret).thenExpand("sightline media address v1".getBytes(StandardCharsets.UTF_8), 32));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        String project = URLEncoder.encode(stack.project().id(), StandardCharsets.UTF_8);
        String said = String.join("\n", "GET", project, mediaId, Long.toString(expiry.getEpochSecond()));
        return stack.file().uri("base_url").resolve("/api/public/media/" + mediaId + "/content?project=" + project
                + "&expires=" + expiry.getEpochSecond() + "&signature=" + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(mac.doFinal(said.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void aWrongAnnouncementNamesTheField() {
        var good = MediaClient.announcement(content, "image/png", TRACE_ID);
        refused(media.announce(good.deepCopy().put("sha256Hash", "abc")), 400, "sha256Hash");
        refused(media.announce(good.deepCopy().put("contentLength", 0)), 400, "contentLength");
        refused(media.announce(good.deepCopy().put("contentLength", 60_000_001)), 400, "contentLength");
        refused(media.announce(good.deepCopy().put("contentLength", "12")), 400, "contentLength");
        refused(media.announce(good.deepCopy().put("contentType", "image/png; a=b")), 400, "contentType");
        refused(media.announce(good.deepCopy().put("field", "prompt")), 400, "field");
        refused(media.announce(good.deepCopy().without(List.of("traceId"))), 400, "traceId");
        refused(media.announce(good.deepCopy().put("datasetId", "d").put("datasetItemId", "i")), 400, "traceId");
        refused(media.announce(JSON.createArrayNode()), 400, "not a JSON object");
        refused(media.about("short"), 400, "mediaId");
        refused(media.report(mediaId, "{}"), 400, "uploadedAt");
        var item = good.deepCopy().put("datasetId", "d").put("datasetItemId", "i").put("field", "expectedOutput");
        item.remove("traceId");
        assertThat(media.announce(item).statusCode()).isEqualTo(201);
    }

    @Test
    void anotherProjectSeesNothingAndHasItsOwnCopy() {
        stored(content, "image/png");
        try (MediaClient theirs = client(other);
                MediaClient stranger = new MediaClient(stack.file().uri("base_url"), Project.basic("pk-none", "sk-none"))) {
            refused(theirs.about(mediaId), 404, "this project has no medium");
            refused(theirs.report(mediaId, UPLOADED), 404, "this project has no medium");
            assertThat(MediaClient.json(theirs.announce(MediaClient.announcement(content, "image/png", TRACE_ID)))
                    .path("uploadUrl").asText()).contains("project=" + other.id());
            refused(stranger.about(mediaId), 401, "unknown API key");
            refused(stranger.announce(MediaClient.announcement(content, "image/png", TRACE_ID)), 401, "unknown API key");
        }
    }

    @Test
    void whoGoesAwayInTheMiddleLeavesNoTrace() {
        byte[] large = newContent(5_000_000);
        URI url = stored(large, "video/mp4");
        // More than may be fetched at once.
        IntStream.range(0, 80).forEach(_ -> media.fetchAndLeave(url));
        Await.value("a download after many that were broken off",
                Await.LONG, () -> {
            HttpResponse<byte[]> response = media.fetch(url);
            return response.statusCode() == 200 && Arrays.equals(response.body(), large)
                    ? Optional.of(true) : Optional.empty();
        });
    }

    @Test
    void contentThatCouldRunInAPageIsOnlyEverSaved() {
        byte[] page = ("<script>alert(1)</script>" + TRACE_ID + Instant.now()).getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> fetched = media.fetch(stored(page, "text/html"));

        assertThat(fetched.body()).isEqualTo(page);
        assertThat(fetched.headers().firstValue("Content-Disposition")).contains("attachment");
        assertThat(fetched.headers().firstValue("Content-Security-Policy")).contains("sandbox; default-src 'none'");
        assertThat(fetched.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        HttpResponse<byte[]> picture = media.fetch(stored(content, "image/png"));
        assertThat(picture.headers().firstValue("Content-Disposition")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPictureInASpanIsKeptApartAndComesBackByteForByte(Transport transport) throws Exception {
        ByteString traceId = Spans.newTraceId();
        String messages = """
                [{"role":"user","parts":[{"type":"text","content":"What is it? \\u00e4"},  {"type":"blob","modality":"image",\
                "mime_type":"image/webp","content":"%s"},{"type":"uri","uri":"data:image/png;base64,%s"}]}]""";
        byte[] second = newContent(2_000);
        String sent = messages.formatted(Base64.getEncoder().encodeToString(content),
                Base64.getEncoder().encodeToString(second));
        try (OtlpClient client = transport.client(stack)) {
            OtlpAnswer answer = client.send(Spans.request(Spans.span(traceId, "look")
                    .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                    .addAttributes(Spans.text("gen_ai.input.messages", sent)).build()), stack.project().authorization());
            assertThat(answer).isEqualTo(new OtlpAnswer.Accepted(0, ""));
        }
        // Stored before the answer, not after it.
        JsonNode about = MediaClient.json(media.about(mediaId));
        assertThat(about.path("contentType").asText()).isEqualTo("image/webp");
        assertThat(media.fetch(URI.create(about.path("url").asText())).body()).isEqualTo(content);
        assertThat(media.fetch(URI.create(MediaClient.json(media.about(MediaClient.mediaId(second))).path("url").asText()))
                .body()).isEqualTo(second);

        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            JsonNode observation = query.awaitTrace(Spans.hex(traceId), 1).path("observations").get(0);
            assertThat(observation.path("input")).isEqualTo(JSON.readTree(messages
                    .formatted(token("image/webp", mediaId), "SECOND").replace("data:image/png;base64,SECOND",
                            token("image/png", MediaClient.mediaId(second)))));
        }
    }

    private static String token(String type, String id) {
        return "@@@langfuseMedia:type=" + type + "|id=" + id + "|source=base64_data_uri@@@";
    }

    @Test
    void theUiGetsAnAddressForItsSession() throws IOException, InterruptedException {
        stored(content, "image/png");
        URI base = stack.file().uri("base_url");
        try (HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
            HttpResponse<String> signedIn = http.send(HttpRequest.newBuilder(base.resolve("/api/v1/session"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.createObjectNode().put("email", Stack.USER_EMAIL)
                            .put("password", Stack.USER_PASSWORD).toString())).build(),
                    HttpResponse.BodyHandlers.ofString());
            String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];

            assertThat(get(http, base, stack.project().id(), cookie).body()).isEqualTo(content);
            assertThat(get(http, base, other.id(), cookie).statusCode()).isEqualTo(404);
            assertThat(get(http, base, stack.project().id(), "no=cookie").statusCode()).isEqualTo(401);
        }
    }

    private HttpResponse<byte[]> get(HttpClient http, URI base, String project, String cookie)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(base.resolve("/api/v1/media/" + mediaId + "?project=" + project))
                .header("Cookie", cookie).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
