package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * The API key of an Authorization header: {@code Basic base64(public:secret)}, {@code Bearer public:secret}, or
 * {@code Bearer public} without a secret (as browsers send scores), where {@code secretKey} is empty.
 */
record Credentials(String publicKey, String secretKey) {
    private static final int LENGTH_MAX = 1_000;

    /** Throws UNAUTHENTICATED, saying what form is understood. */
    static Credentials parse(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space).toLowerCase(Locale.ROOT);
        String token = authorization.substring(space + 1).strip();
        if (token.isEmpty() || token.length() > LENGTH_MAX) {
            throw notUnderstood();
        }
        return switch (scheme) {
            case "basic" -> {
                Credentials pair = split(decode(token));
                if (pair.secretKey.isEmpty()) {
                    throw notUnderstood();
                }
                yield pair;
            }
            case "bearer" -> split(token);
            default -> throw notUnderstood();
        };
    }

    private static Credentials split(String pair) {
        int colon = pair.indexOf(':');
        return colon < 0 ? new Credentials(pair, "")
                : new Credentials(pair.substring(0, colon), pair.substring(colon + 1));
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw notUnderstood();
        }
    }

    private static ServiceException notUnderstood() {
        return ServiceException.of(ErrorCode.UNAUTHENTICATED,
                "the Authorization header is not 'Basic ' and base64 of <public key>:<secret key>");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Credentials[" + publicKey + "]";
    }
}
