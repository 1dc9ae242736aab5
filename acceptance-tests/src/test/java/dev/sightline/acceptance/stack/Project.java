package dev.sightline.acceptance.stack;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A project of a {@link Stack} and the key that reads and writes it. */
public record Project(String id, String publicKey, String secretKey) {
    /** The Authorization header of this project's key. */
    public String authorization() {
        return basic(publicKey, secretKey);
    }

    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "project " + id;
    }
}
