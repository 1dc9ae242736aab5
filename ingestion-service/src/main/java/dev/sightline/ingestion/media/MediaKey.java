package dev.sightline.ingestion.media;

import dev.sightline.base.error.ServiceException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A medium of a project. Its id is what Langfuse's clients work out themselves: the first 22 characters of the URL-safe
 * base64 of the content's SHA-256, so the same content has the same id, once per project.
 */
public record MediaKey(String projectId, String mediaId) {
    private static final int ID_CHARS = 22;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{" + ID_CHARS + "}");

    public MediaKey {
        if (!ID.matcher(mediaId).matches()) {
            throw ServiceException.invalid("mediaId", "is not the 22 characters of a medium's id");
        }
    }

    static MediaKey of(String projectId, byte[] sha256) {
        return new MediaKey(projectId, Base64.getUrlEncoder().encodeToString(sha256).substring(0, ID_CHARS));
    }

    static byte[] sha256(byte[] content) {
        return newSha256().digest(content);
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The 32 bytes, or INVALID_ARGUMENT. */
    static byte[] parseSha256(String field, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        // A hash has one spelling, so that addresses and stores can compare it as text.
        if (bytes.length != 32 || !Arrays.equals(Base64.getEncoder().encode(bytes), base64.getBytes())) {
            throw ServiceException.invalid(field, "is not the base64 of a SHA-256, 44 characters with the padding");
        }
        return bytes;
    }
}
