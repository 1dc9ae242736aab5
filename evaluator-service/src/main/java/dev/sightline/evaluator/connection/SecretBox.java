package dev.sightline.evaluator.connection;

import dev.sightline.base.auth.DerivedKey;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Closes secrets for the database: AES-256-GCM under a key derived from SIGHTLINE_ENCRYPTION_KEY, a random nonce before
 * the text. {@code context} (whose secret it is) is bound to it: moved to another row it does not open. Thread-safe.
 */
@Singleton
public class SecretBox {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKey key;

    public SecretBox(DerivedKey keys) {
        this.key = keys.of("sightline llm connection key v1", "AES");
    }

    public byte[] close(String secret, String context) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] closed = cipher(Cipher.ENCRYPT_MODE, nonce, context)
                    .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + closed.length);
            System.arraycopy(closed, 0, both, NONCE_BYTES, closed.length);
            return both;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + CIPHER, e);
        }
    }

    /** Fails with IllegalStateException where the encryption key is another one than when it was closed. */
    public String open(byte[] closed, String context) {
        try {
            byte[] opened = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(closed, NONCE_BYTES), context)
                    .doFinal(closed, NONCE_BYTES, closed.length - NONCE_BYTES);
            return new String(opened, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("the key of an LLM connection does not open; was SIGHTLINE_ENCRYPTION_KEY "
                    + "changed? Enter the provider's key again", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
