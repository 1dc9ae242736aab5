package dev.sightline.evaluator.score;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.trace.TraceKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ids that are the same whenever the same evaluation runs again, so that a repetition replaces instead of doubling.
 * A score's id is a name-based UUID (RFC 9562, version 5) of project, trace, observation, evaluator and version.
 */
public final class ScoreId {
    // Ours, made up once; other namespaces would give other ids. Never change it.
    private static final UUID NAMESPACE = UUID.fromString("6f1d2c0a-94b5-4d0e-8f6b-53c1f2a7e9d4");

    private ScoreId() {
    }

    /** The id of a trace's score (empty span id) or of an observation's. */
    public static String of(TraceKey trace, ByteString spanId, String evaluator, String version) {
        byte[] namespace = ByteBuffer.allocate(16).putLong(NAMESPACE.getMostSignificantBits())
                .putLong(NAMESPACE.getLeastSignificantBits()).array();
        byte[] hash = digest("SHA-1", namespace, bytes(trace.projectId()), trace.traceId().toByteArray(),
                spanId.toByteArray(), bytes(evaluator), bytes(version));
        hash[6] = (byte) (hash[6] & 0x0f | 0x50);
        hash[8] = (byte) (hash[8] & 0x3f | 0x80);
        ByteBuffer uuid = ByteBuffer.wrap(hash);
        return new UUID(uuid.getLong(), uuid.getLong()).toString();
    }

    /** The first {@code length} bytes (at most 32) of a hash over the parts; never all zero in practice. */
    public static ByteString hash(int length, String... parts) {
        byte[][] encoded = Arrays.stream(parts).map(ScoreId::bytes).toArray(byte[][]::new);
        return ByteString.copyFrom(digest("SHA-256", encoded), 0, length);
    }

    public static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // Each part goes in with its length, so that ("ab","c") and ("a","bc") differ.
    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(ByteBuffer.allocate(4).putInt(part.length).array());
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
