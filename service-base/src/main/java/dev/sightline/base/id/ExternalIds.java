package dev.sightline.base.id;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Ids of senders that do not use OpenTelemetry's: Langfuse's API takes any text. They become the 16 and 8 bytes that
 * everything is stored under, the same on every machine and for ever: text that spells an id in hexadecimal is that id,
 * any other is hashed. So a trace that is written through both APIs under one id is one trace. Ids of zeros mean "none"
 * in OpenTelemetry and are hashed like any other text.
 */
public final class ExternalIds {
    /** Longer ids are documents, not names. */
    public static final int CHARS_MAX = 200;

    private static final HexFormat HEX = HexFormat.of();
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    private static final int UUID_CHARS = 36;

    private ExternalIds() {
    }

    /** 32 hexadecimal digits, with or without a UUID's dashes: those 16 bytes; else the first 16 of the SHA-256. */
    public static ByteString traceId(String text) {
        return fromHex(isUuid(text) ? text.replace("-", "") : text, text, TRACE_ID_BYTES);
    }

    /** 16 hexadecimal digits: those 8 bytes; else the first 8 of the SHA-256. */
    public static ByteString observationId(String text) {
        return fromHex(text, text, SPAN_ID_BYTES);
    }

    /** The span id under which a trace's own record is stored, as the root of the trace. */
    public static ByteString traceRecordSpanId(ByteString traceId) {
        MessageDigest digest = sha256();
        digest.update("trace-record".getBytes(StandardCharsets.UTF_8));
        return ByteString.copyFrom(digest.digest(traceId.toByteArray()), 0, SPAN_ID_BYTES);
    }

    /** What has to be stored so that the sender gets his own text back: empty where it is the id in lower-case hex. */
    public static String external(String text, ByteString id) {
        return text.equals(hex(id)) ? "" : text;
    }

    /** The name of an id as its sender knows it: the stored text, else the id in lower-case hex; empty for no id. */
    public static String name(String external, ByteString id) {
        return external.isEmpty() ? hex(id) : external;
    }

    private static String hex(ByteString id) {
        return HEX.formatHex(id.toByteArray());
    }

    private static boolean isUuid(String text) {
        return text.length() == UUID_CHARS && text.charAt(8) == '-' && text.charAt(13) == '-'
                && text.charAt(18) == '-' && text.charAt(23) == '-';
    }

    private static ByteString fromHex(String digits, String text, int bytes) {
        if (digits.length() == 2 * bytes && digits.chars().allMatch(HexFormat::isHexDigit)
                && digits.chars().anyMatch(digit -> digit != '0')) {
            return ByteString.copyFrom(HEX.parseHex(digits));
        }
        return ByteString.copyFrom(sha256().digest(text.getBytes(StandardCharsets.UTF_8)), 0, bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
