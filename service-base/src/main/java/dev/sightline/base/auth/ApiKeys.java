package dev.sightline.base.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.ApiKeysGrpc;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.ResolveApiKeyRequest;
import dev.sightline.proto.control.v1.ResolveApiKeyResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Tells whose an Authorization header is, and how the project's spans are treated: {@code Basic
 * base64(public:secret)}, {@code Bearer public:secret}, or {@code Bearer public}, which may send scores only. Asks
 * query-service by gRPC and remembers the answer, with a bound and a lifetime; while query-service is away, keys it has
 * known go on working for a while. Secrets are kept only as hashes. Blocking: call it on a virtual thread.
 */
@Singleton
public final class ApiKeys {
    private static final String HELP = "send 'Authorization: Basic' with base64 of public key, colon, secret key";

    /**
     * A key as query-service resolved it.
     *
     * @param access     what it may write: FULL, or SCORES without the secret
     * @param ingest     the settings of its project and its own limits, as they were at {@code resolvedAt}
     */
    public record Key(String publicKey, String projectId, Access access, IngestSettings ingest, Instant resolvedAt) {
    }

    private sealed interface Answer {
        record Known(Key key) implements Answer { }

        record Unknown(Instant at) implements Answer { }
    }

    private final ApiKeyConfig config;
    private final Cache<String, Answer> answers;
    private final ApiKeysGrpc.ApiKeysBlockingStub stub;
    private final Clock clock = Clock.systemUTC();

    public ApiKeys(ApiKeyConfig config, QueryServiceChannel queryService) {
        this.config = config;
        this.answers = Caffeine.newBuilder().maximumSize(config.cacheSizeMax())
                .expireAfterWrite(config.trustedWithoutAnswerFor()).build();
        this.stub = queryService.stub(ApiKeysGrpc::newBlockingStub);
    }

    /**
     * The header's key, whatever it may write.
     *
     * @throws ServiceException UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when it can't be told now
     */
    public Key resolve(String authorization) {
        ResolveApiKeyRequest key = parse(authorization);
        String cacheKey = sha256(authorization);
        Answer remembered = answers.getIfPresent(cacheKey);
        Answer answer = isFresh(remembered) ? remembered : ask(key, cacheKey, remembered);
        return switch (answer) {
            case Answer.Known known -> known.key();
            case Answer.Unknown _ -> throw ServiceException.of(ErrorCode.UNAUTHENTICATED,
                    "unknown API key or wrong secret; check the public and the secret key of your project");
        };
    }

    /** Throws PERMISSION_DENIED when the key may send scores only. */
    public static void requireFull(Key key) {
        if (key.access() != Access.FULL) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED, "a public key alone may only send scores; " + HELP);
        }
    }

    private boolean isFresh(Answer answer) {
        return switch (answer) {
            case null -> false;
            case Answer.Known known -> age(known.key().resolvedAt()).compareTo(config.knownFor()) < 0;
            case Answer.Unknown unknown -> age(unknown.at()).compareTo(config.unknownFor()) < 0;
        };
    }

    private Duration age(Instant at) {
        return Duration.between(at, clock.instant());
    }

    private Answer ask(ResolveApiKeyRequest key, String cacheKey, Answer remembered) {
        Answer answer;
        try {
            ResolveApiKeyResponse response = stub
                    .withDeadlineAfter(config.timeout().toMillis(), TimeUnit.MILLISECONDS).resolveApiKey(key);
            answer = new Answer.Known(new Key(key.getPublicKey(), response.getProjectId(), response.getAccess(),
                    response.getIngest(), clock.instant()));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                answer = new Answer.Unknown(clock.instant());
            } else if (remembered instanceof Answer.Known known) {
                return known;
            } else {
                throw ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE,
                        "the API key can't be checked now (" + e.getStatus().getCode() + "); try again", e);
            }
        }
        answers.put(cacheKey, answer);
        return answer;
    }

    private static ResolveApiKeyRequest parse(String authorization) {
        if (authorization == null || authorization.isBlank()) {
            throw ServiceException.of(ErrorCode.UNAUTHENTICATED, "no Authorization header; " + HELP);
        }
        String pair;
        // OTEL_EXPORTER_OTLP_HEADERS is URL-encoded by its specification; what Quarkus reads of it stays so.
        int space = authorization.regionMatches(true, 0, "Basic%20", 0, 8) ? 8
                : authorization.regionMatches(true, 0, "Basic ", 0, 6) ? 6 : 0;
        if (space > 0) {
            try {
                byte[] decoded = Base64.getDecoder().decode(authorization.substring(space).strip());
                pair = new String(decoded, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw ServiceException.of(ErrorCode.UNAUTHENTICATED, "the Basic credentials are not base64; " + HELP);
            }
        } else if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            pair = authorization.substring(7).strip();
        } else {
            throw ServiceException.of(ErrorCode.UNAUTHENTICATED, "unknown Authorization scheme; " + HELP);
        }
        int colon = pair.indexOf(':');
        String publicKey = colon < 0 ? pair : pair.substring(0, colon);
        String secretKey = colon < 0 ? "" : pair.substring(colon + 1);
        return ResolveApiKeyRequest.newBuilder().setPublicKey(publicKey).setSecretKey(secretKey).build();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
