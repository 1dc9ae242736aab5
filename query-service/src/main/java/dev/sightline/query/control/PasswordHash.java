package dev.sightline.query.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Passwords as Argon2id (RFC 9106) in its usual text form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. New ones
 * use {@value #MEMORY_KIBIBYTES} KiB, {@value #ITERATIONS} passes and one lane; older parameters are read from the
 * text.
 * One check needs that much memory and some 50 ms of a core, so callers bound how many run at once.
 */
public final class PasswordHash {
    private static final int MEMORY_KIBIBYTES = 19_456;
    private static final int ITERATIONS = 2;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern TEXT = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    /** Of no password: checked when there is no such user, so that the answer takes as long as for a wrong one. */
    private static final String NOBODY = of(Base64.getEncoder().encodeToString(randomBytes(32)));

    private PasswordHash() {
    }

    public static String of(String password) {
        byte[] salt = randomBytes(16);
        byte[] hash = argon2id(password, salt, MEMORY_KIBIBYTES, ITERATIONS, 1, HASH_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s".formatted(MEMORY_KIBIBYTES, ITERATIONS,
                base64.encodeToString(salt), base64.encodeToString(hash));
    }

    /** {@code text} null stands for a user who does not exist: false, after the same work. */
    public static boolean matches(String text, String password) {
        Matcher m = TEXT.matcher(text == null ? NOBODY : text);
        if (!m.matches()) {
            throw new IllegalStateException("users.password_hash is not Argon2id text");
        }
        byte[] expected = Base64.getDecoder().decode(m.group(5));
        byte[] actual = argon2id(password, Base64.getDecoder().decode(m.group(4)), Integer.parseInt(m.group(1)),
                Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)), expected.length);
        return MessageDigest.isEqual(expected, actual) && text != null;
    }

    private static byte[] argon2id(String password, byte[] salt, int memoryKibibytes, int iterations, int lanes,
            int hashBytes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt)
                .withMemoryAsKB(memoryKibibytes)
                .withIterations(iterations)
                .withParallelism(lanes)
                .build());
        byte[] hash = new byte[hashBytes];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
