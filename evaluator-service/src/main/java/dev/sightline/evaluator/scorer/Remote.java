package dev.sightline.evaluator.scorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Struct;
import dev.sightline.base.auth.DerivedKey;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.judge.ModelSpec;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.Outcome.Reason;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;

/**
 * A scorer of the project's own behind an address: what was said goes there by POST, and the score comes back as
 * {@code {"value": number|boolean|text, "comment": "…"}}. Each request carries {@code X-Sightline-Timestamp} and
 * {@code X-Sightline-Signature}: {@code sha256=} and the hexadecimal HMAC-SHA-256 of timestamp, a dot and the body. The key
 * is derived from SIGHTLINE_ENCRYPTION_KEY and the address. One request is one try; redirects are not followed.
 */
final class Remote implements Scorer {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    private final DerivedKey keys;
    private final RemoteConfig config;
    private final HttpClient http;

    Remote(DerivedKey keys, RemoteConfig config) {
        this.keys = keys;
        this.config = config;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER).build();
    }

    @Override
    public ScorerInfo info() {
        return ScorerInfo.newBuilder().setName("remote").setScoreType("numeric, boolean or text, as the server answers")
                .setDescription("A scorer of your own: a signed HTTPS POST to your server.")
                .setLimits("As good as your server. Texts are cut to 50,000 characters each; the answer may have 64 KiB.")
                .addParameters("url: an https address").build();
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public void check(Struct parameters) {
        Parameters.requireKnown(this, parameters);
        String url = Parameters.text(parameters, "url", "");
        if (!ModelSpec.isHttp(url) || URI.create(url).getUserInfo() != null
                || !(url.startsWith("https://") || config.httpAllowed())) {
            throw ServiceException.invalid("scorer.parameters.url", "must be an https address without user and password");
        }
    }

    /** What the server checks signatures with. */
    String signingSecret(Struct parameters) {
        return HexFormat.of().formatHex(keys.of("sightline remote scorer v1\n" + Parameters.text(parameters, "url", ""),
                "HmacSHA256").getEncoded());
    }

    @Override
    public Optional<Outcome> score(Material material, Struct parameters) throws InterruptedException {
        String url = Parameters.text(parameters, "url", "");
        String body = body(material);
        String timestamp = Long.toString(Instant.now().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(config.timeout())
                .header("Content-Type", "application/json").header("X-Sightline-Timestamp", timestamp)
                .header("X-Sightline-Signature", "sha256=" + sign(url, timestamp + "." + body))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request,
                BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), ANSWER_BYTES_MAX));
        try {
            return Optional.of(outcome(answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS)));
        } catch (TimeoutException e) {
            answer.cancel(true);
            return failed(Reason.TIMED_OUT, "the remote scorer gave no answer in time");
        } catch (ExecutionException e) {
            return failed(Reason.MODEL_UNAVAILABLE, "the remote scorer can't be reached: "
                    + (e.getCause() instanceof IOException io ? io.getClass().getSimpleName() : "failed"));
        }
    }

    private static Outcome outcome(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status / 100 != 2) {
            boolean later = status == 429 || status >= 500;
            return Outcome.Failed.of(later ? Reason.MODEL_UNAVAILABLE : Reason.REFUSED,
                    "the remote scorer answers HTTP " + status);
        }
        try {
            JsonNode node = JSON.readTree(response.body());
            JsonNode value = node.path("value");
            String comment = Texts.cut(node.path("comment").asText(""), 4_000);
            ScoreValue read = value.isBoolean() ? ScoreValue.bool(value.booleanValue())
                    : value.isNumber() && Double.isFinite(value.doubleValue()) ? ScoreValue.numeric(value.doubleValue())
                    : value.isTextual() ? ScoreValue.text(Texts.cut(value.textValue(), 2_000)) : null;
            return read == null ? Outcome.Failed.of(Reason.UNREADABLE_ANSWER, "the remote scorer's answer has no value")
                    : new Outcome.Scored(read, comment, Map.of(), Optional.empty());
        } catch (JsonProcessingException e) {
            return Outcome.Failed.of(Reason.UNREADABLE_ANSWER, "the remote scorer's answer is not JSON");
        }
    }

    private static Optional<Outcome> failed(Reason reason, String error) {
        return Optional.of(Outcome.Failed.of(reason, error));
    }

    private String body(Material material) {
        Map<String, Object> body = new LinkedHashMap<>();
        material.observations().stream().findFirst().ifPresent(o ->
                body.put("trace_id", HexFormat.of().formatHex(o.getTraceId().toByteArray())));
        material.focus().ifPresent(o -> {
            body.put("observation_id", HexFormat.of().formatHex(o.getSpanId().toByteArray()));
            body.put("input", cut(o.getInput()));
            body.put("output", cut(o.getOutput()));
        });
        body.put("question", cut(material.question()));
        body.put("answer", cut(material.answer()));
        body.put("context", cut(material.context()));
        body.put("expected_output", cut(material.expectedOutput()));
        return Texts.json(body);
    }

    private String cut(String text) {
        return Texts.cut(text, config.textCharactersMax());
    }

    private String sign(String url, String said) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(keys.of("sightline remote scorer v1\n" + url, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(said.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
