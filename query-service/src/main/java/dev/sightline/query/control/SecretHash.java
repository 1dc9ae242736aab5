package dev.sightline.query.control;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the secret half of an API key is kept: HMAC-SHA-256 under a random salt of 16 bytes. A slow hash defends
 * secrets that people choose and that can be guessed; ours are random with 128 bits or more, which no speed of
 * guessing reaches, and a key is checked on every request. The salt keeps equal secrets from looking equal.
 */
public record SecretHash(byte[] salt, byte[] hash) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public static SecretHash of(String secret) {
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        return new SecretHash(salt, hmac(salt, secret));
    }

    /** In constant time. */
    public boolean matches(String secret) {
        return MessageDigest.isEqual(hash, hmac(salt, secret));
    }

    private static byte[] hmac(byte[] salt, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
