package dev.sightline.base.media;

import dev.sightline.base.auth.DerivedKey;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Addresses under which whoever holds them may send or fetch one medium of one project until they expire, without an
 * API key: a path under the base URL with an HMAC-SHA-256 over all it says. Nothing is kept on the server, so any
 * replica of any service with the same SIGHTLINE_ENCRYPTION_KEY makes and accepts them. Thread-safe.
 */
@Singleton
public final class MediaUrls {
    private final SecretKey key;
    private final MediaUrlConfig config;
    private final Clock clock;

    @Inject
    public MediaUrls(DerivedKey keys, MediaUrlConfig config) {
        this(keys, config, Clock.systemUTC());
    }

    MediaUrls(DerivedKey keys, MediaUrlConfig config, Clock clock) {
        this.key = keys.of("sightline media address v1", "HmacSHA256");
        this.config = config;
        this.clock = clock;
    }

    /**
     * What exactly may be sent to an upload address.
     *
     * @param contentLength bytes
     * @param sha256 base64 of the content's SHA-256
     */
    public record Upload(String contentType, long contentLength, String sha256) {
    }

    /** An address made now would be good until then. */
    public Instant expiry() {
        return Instant.ofEpochSecond(clock.instant().plus(config.urlLifetime()).getEpochSecond());
    }

    /** The path and query to fetch the medium from. */
    public String download(String projectId, String mediaId, Instant expiry) {
        long expires = expiry.getEpochSecond();
        return path(projectId, mediaId, expires) + "&signature=" + sign("GET", projectId, mediaId, expires, null);
    }

    /** The path and query to send this very content to. */
    public String upload(String projectId, String mediaId, Upload upload, Instant expiry) {
        long expires = expiry.getEpochSecond();
        return path(projectId, mediaId, expires) + "&contentType=" + encode(upload.contentType())
                + "&contentLength=" + upload.contentLength() + "&sha256=" + encode(upload.sha256())
                + "&signature=" + sign("PUT", projectId, mediaId, expires, upload);
    }

    /**
     * Returns when the address is one of ours and still good.
     *
     * @param upload what the address says of the content, or null where it is fetched
     * @throws ServiceException PERMISSION_DENIED
     */
    public void check(String projectId, String mediaId, long expires, Upload upload, String signature) {
        String expected = sign(upload == null ? "GET" : "PUT", projectId, mediaId, expires, upload);
        if (signature == null || !MessageDigest.isEqual(expected.getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.UTF_8))) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "the signature does not fit this address; use it exactly as it was given out");
        }
        if (clock.instant().getEpochSecond() >= expires) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED, "the address has expired; ask for a new one");
        }
    }

    private static String path(String projectId, String mediaId, long expires) {
        return "/api/public/media/" + encode(mediaId) + "/content?project=" + encode(projectId) + "&expires=" + expires;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Encoded values have no line end, so no two statements are signed as the same text. */
    private String sign(String method, String projectId, String mediaId, long expires, Upload upload) {
        String said = String.join("\n", method, encode(projectId), encode(mediaId), Long.toString(expires));
        if (upload != null) {
            said = String.join("\n", said, encode(upload.contentType()), Long.toString(upload.contentLength()),
                    encode(upload.sha256()));
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(mac.doFinal(said.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
