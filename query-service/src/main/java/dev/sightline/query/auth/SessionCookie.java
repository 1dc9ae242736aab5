package dev.sightline.query.auth;

import dev.sightline.base.auth.DerivedKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The cookie that carries a signed-in user's id, its beginning and its end, authenticated by HMAC-SHA-256; nothing is kept on the
 * server. So any replica accepts it, and it holds until it ends or the user's password changes: signing out takes it from
 * the browser only.
 */
@Singleton
public class SessionCookie {
    public static final String NAME = "sightline_session";
    private static final byte VERSION = 2;
    private static final int PAYLOAD_BYTES = 1 + 16 + 8 + 8;
    private static final int MAC_BYTES = 32;

    private final SecretKey key;
    private final AuthConfig config;
    private final Clock clock;

    @Inject
    SessionCookie(DerivedKey keys, AuthConfig config) {
        this(keys, config, Clock.systemUTC());
    }

    SessionCookie(DerivedKey keys, AuthConfig config, Clock clock) {
        this.key = keys.of("sightline session cookie v1", "HmacSHA256");
        this.config = config;
        this.clock = clock;
    }

    /** Whose cookie it is and when it was issued, in whole milliseconds. */
    public record Begun(UUID userId, Instant at) {
    }

    public NewCookie issue(UUID userId) {
        Instant now = clock.instant();
        long endEpochSecond = now.plus(config.session().lifetime()).getEpochSecond();
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).put(VERSION)
                .putLong(userId.getMostSignificantBits()).putLong(userId.getLeastSignificantBits())
                .putLong(now.toEpochMilli()).putLong(endEpochSecond).array();
        byte[] token = Arrays.copyOf(payload, PAYLOAD_BYTES + MAC_BYTES);
        System.arraycopy(mac(payload), 0, token, PAYLOAD_BYTES, MAC_BYTES);
        return cookie(Base64.getUrlEncoder().withoutPadding().encodeToString(token),
                (int) config.session().lifetime().toSeconds());
    }

    /** Takes the cookie from the browser. */
    public NewCookie clear() {
        return cookie("", 0);
    }

    /** Whose cookie this is; empty when it was not made by us or has ended. */
    public Optional<Begun> begun(String value) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (token.length != PAYLOAD_BYTES + MAC_BYTES) {
            return Optional.empty();
        }
        byte[] payload = Arrays.copyOf(token, PAYLOAD_BYTES);
        if (!MessageDigest.isEqual(mac(payload), Arrays.copyOfRange(token, PAYLOAD_BYTES, token.length))) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(payload);
        boolean known = in.get() == VERSION;
        Begun begun = new Begun(new UUID(in.getLong(), in.getLong()), Instant.ofEpochMilli(in.getLong()));
        boolean running = clock.instant().getEpochSecond() < in.getLong();
        return known && running ? Optional.of(begun) : Optional.empty();
    }

    private NewCookie cookie(String value, int maxAgeSeconds) {
        boolean https = config.publicUrl().map(url -> "https".equalsIgnoreCase(url.getScheme())).orElse(false);
        return new NewCookie.Builder(NAME).value(value).path("/").maxAge(maxAgeSeconds)
                .httpOnly(true).secure(https).sameSite(NewCookie.SameSite.STRICT).build();
    }

    private byte[] mac(byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
