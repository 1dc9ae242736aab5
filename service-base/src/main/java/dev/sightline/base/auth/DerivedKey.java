package dev.sightline.base.auth;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys for one purpose each, derived by HKDF-SHA-256 from SIGHTLINE_ENCRYPTION_KEY, so that the one configured key
 * never signs or encrypts anything itself. Start-up fails when it is not base64 of 32 bytes.
 */
@Singleton
public final class DerivedKey {
    private static final int KEY_BYTES = 32;

    private final SecretKey encryptionKey;

    public DerivedKey(EncryptionKeyConfig config) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(config.encryptionKey().strip());
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "SIGHTLINE_ENCRYPTION_KEY is not base64 of 32 bytes; make one with: openssl rand -base64 32");
        }
        this.encryptionKey = new SecretKeySpec(bytes, "Generic");
    }

    /** The same for the same purpose in every service and replica; {@code algorithm} is what the key will be used with. */
    public SecretKey of(String purpose, String algorithm) {
        try {
            return KDF.getInstance("HKDF-SHA256").deriveKey(algorithm, HKDFParameterSpec.ofExtract()
                    .addIKM(encryptionKey).thenExpand(purpose.getBytes(StandardCharsets.UTF_8), 32));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 25 has HKDF-SHA256", e);
        }
    }
}
