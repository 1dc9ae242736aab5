package dev.sightline.ingestion.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.ApiKeysGrpc;
import dev.sightline.proto.control.v1.ResolveApiKeyRequest;
import dev.sightline.proto.control.v1.ResolveApiKeyResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.config.ConfigMapping;
import jakarta.annotation.PreDestroy;
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
 * Tells which project an Authorization header writes to: {@code Basic base64(public:secret)} or
 * {@code Bearer public:secret}, or the public key alone where scores are written. Asks query-service by gRPC and remembers the answer, with a bound and a lifetime;
 * while query-service is away, keys it has known go on working for a while. Secrets are kept only as hashes.
 * Blocking: call it on a virtual thread.
 */
@Singleton
public final class ApiKeys {
    private static final String HELP = "send 'Authorization: Basic' with base64 of public key, colon, secret key";

    /** Where query-service answers gRPC. */
    @ConfigMapping(prefix = "sightline.query.grpc")
    public interface QueryConfig {
        String host();

        int port();
    }

    private sealed interface Answer {
        record Known(KeyAccess access, Instant at) implements Answer { }

        record Unknown(Instant at) implements Answer { }
    }

    private final ApiKeyConfig config;
    private final Cache<String, Answer> answers;
    private final ManagedChannel channel;
    private final ApiKeysGrpc.ApiKeysBlockingStub stub;
    private final Clock clock = Clock.systemUTC();

    public ApiKeys(ApiKeyConfig config, QueryConfig query, ServiceToken token) {
        this.config = config;
        this.answers = Caffeine.newBuilder().maximumSize(config.cacheSizeMax())
                .expireAfterWrite(config.trustedWithoutAnswerFor()).build();
        this.channel = ManagedChannelBuilder.forAddress(query.host(), query.port()).usePlaintext().build();
        this.stub = ApiKeysGrpc.newBlockingStub(channel).withCallCredentials(token.credentials());
    }

    @PreDestroy
    void close() {
        channel.shutdownNow();
    }

    /**
     * The id of the project that the header's key writes to.
     *
     * @throws ServiceException UNAUTHENTICATED, PERMISSION_DENIED, or DEPENDENCY_UNAVAILABLE when it can't be told now
     */
    public String projectOf(String authorization) {
        KeyAccess key = access(authorization);
        if (key.access() != Access.FULL) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED, "this key may not write spans; " + HELP);
        }
        return key.projectId();
    }

    /**
     * What the header's key opens; a public key without its secret opens scores.
     *
     * @throws ServiceException UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when it can't be told now
     */
    public KeyAccess access(String authorization) {
        ResolveApiKeyRequest key = parse(authorization);
        String cacheKey = sha256(authorization);
        Answer remembered = answers.getIfPresent(cacheKey);
        Answer answer = isFresh(remembered) ? remembered : ask(key, cacheKey, remembered);
        return switch (answer) {
            case Answer.Known known -> known.access();
            case Answer.Unknown _ -> throw ServiceException.of(ErrorCode.UNAUTHENTICATED,
                    "unknown API key or wrong secret; check the public and the secret key of your project");
        };
    }

    private boolean isFresh(Answer answer) {
        return switch (answer) {
            case null -> false;
            case Answer.Known known -> age(known.at()).compareTo(config.knownFor()) < 0;
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
            answer = new Answer.Known(new KeyAccess(response.getProjectId(), response.getAccess()), clock.instant());
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
        if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                byte[] decoded = Base64.getDecoder().decode(authorization.substring(6).strip());
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
