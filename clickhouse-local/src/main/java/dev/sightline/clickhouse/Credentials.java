package dev.sightline.clickhouse;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * The one user this server knows. The engine itself has no users, so every request is checked here.
 *
 * <p>Takes Basic authorization, the headers X-ClickHouse-User and X-ClickHouse-Key, or the URL parameters user and
 * password, in that order. Compares in constant time. A wrong or missing pair is error 516.
 */
record Credentials(String user, String password) {

    void check(MultiMap headers, MultiMap parameters) throws EngineException {
        String givenUser = "default";
        String givenPassword = "";
        String authorization = headers.get("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            String pair = decoded(authorization.substring(6).strip());
            int colon = pair.indexOf(':');
            givenUser = colon < 0 ? pair : pair.substring(0, colon);
            givenPassword = colon < 0 ? "" : pair.substring(colon + 1);
        } else if (headers.contains("X-ClickHouse-User")) {
            givenUser = headers.get("X-ClickHouse-User");
            givenPassword = headers.contains("X-ClickHouse-Key") ? headers.get("X-ClickHouse-Key") : "";
        } else if (parameters.contains("user") || parameters.contains("password")) {
            givenUser = parameters.contains("user") ? parameters.get("user") : givenUser;
            givenPassword = parameters.contains("password") ? parameters.get("password") : "";
        }
        // Both are always compared: the time must not tell which one was wrong.
        if (!(same(givenUser, user) & same(givenPassword, password))) {
            throw EngineException.of(EngineException.AUTHENTICATION_FAILED, "AUTHENTICATION_FAILED",
                    givenUser + ": Authentication failed: password is incorrect, or there is no user with such name.");
        }
    }

    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
