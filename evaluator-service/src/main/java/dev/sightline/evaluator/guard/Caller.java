package dev.sightline.evaluator.guard;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who asks, and the trace that the check belongs to: that of the call's {@code traceparent} (W3C Trace Context), else a
 * new one.
 *
 * @param parentSpanId empty for a trace of its own
 * @param recorded     false when nothing is to be stored of it
 */
record Caller(String projectId, ByteString traceId, ByteString parentSpanId, ByteString spanId, boolean recorded) {
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");
    private static final SecureRandom RANDOM = new SecureRandom();

    static Caller of(String projectId, String traceparent, boolean recorded) {
        Optional<Matcher> given = Optional.ofNullable(traceparent).map(text -> TRACEPARENT.matcher(text.strip()))
                .filter(Matcher::matches);
        ByteString traceId = given.map(matcher -> hex(matcher.group(1))).orElseGet(() -> random(16));
        ByteString parent = given.map(matcher -> hex(matcher.group(2))).orElse(ByteString.EMPTY);
        return new Caller(projectId, traceId, parent, random(8), recorded);
    }

    private static ByteString hex(String digits) {
        return ByteString.copyFrom(HexFormat.of().parseHex(digits));
    }

    private static ByteString random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
