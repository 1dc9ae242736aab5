package dev.sightline.query.auth;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.query.control.ApiKey;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.SecretHash;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * Whose API key is this? Rows are remembered by public key, known and unknown ones, within the bounds of
 * {@link AuthConfig.ApiKeys}; the secret is hashed and compared on every call, so a remembered row never stands for a
 * secret that was not given. Thread-safe; blocks while PostgreSQL is asked, once for callers that come together.
 */
@Singleton
public class ApiKeyLookup {
    private final ControlData control;
    private final AsyncCache<String, Optional<ApiKey>> rows;

    ApiKeyLookup(ControlData control, AuthConfig config) {
        this.control = control;
        Duration known = config.apiKeys().cacheLifetime();
        Duration unknown = config.apiKeys().cacheLifetimeUnknown();
        this.rows = Caffeine.newBuilder()
                .maximumSize(config.apiKeys().cacheEntriesMax())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .expireAfter(Expiry.<String, Optional<ApiKey>>writing(
                        (publicKey, row) -> row.isPresent() ? known : unknown))
                .buildAsync();
    }

    /** What a key opens. Without the secret it is never more than {@link Access#SCORES}. */
    public record KeyAccess(String projectId, Access access) {
    }

    /** Empty when the key is unknown, has expired, or the secret is wrong; an empty secret: none was given. */
    public Optional<KeyAccess> resolve(String publicKey, String secretKey) {
        return row(publicKey)
                .filter(key -> key.expiresAt == null || Instant.now().isBefore(key.expiresAt))
                .filter(key -> secretKey.isEmpty() || new SecretHash(key.secretSalt, key.secretHash).matches(secretKey))
                .map(key -> new KeyAccess(key.projectId, secretKey.isEmpty() ? Access.SCORES : Access.FULL));
    }

    /**
     * The project of an Authorization header. Throws UNAUTHENTICATED, and PERMISSION_DENIED for a key without its
     * secret.
     */
    public ProjectScope project(String authorization) {
        return RestCaller.ofKey(this, Credentials.parse(authorization));
    }

    /**
     * A key was made or deleted: this process asks PostgreSQL again at once. Other replicas and the edges follow when
     * what they remember ends ({@link AuthConfig.ApiKeys#cacheLifetime()}).
     */
    public void forget(String publicKey) {
        rows.synchronous().invalidate(publicKey);
    }

    private Optional<ApiKey> row(String publicKey) {
        if (publicKey.isEmpty() || publicKey.length() > 128) {
            return Optional.empty();
        }
        try {
            return rows.get(publicKey, key -> control.apiKey(key)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceException known ? known : e;
        }
    }
}
