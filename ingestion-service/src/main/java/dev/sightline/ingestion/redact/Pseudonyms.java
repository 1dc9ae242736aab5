package dev.sightline.ingestion.redact;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names for people whose id is personal data, such as an e-mail address: the same for the same id, so that their traces
 * and sessions stay together, and not to be traced back without this installation's service token (HMAC-SHA256, cut).
 */
final class Pseudonyms {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 8;

    private final SecretKeySpec key;

    Pseudonyms(String token) {
        this.key = new SecretKeySpec(("redaction:" + token).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    String of(String value) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
