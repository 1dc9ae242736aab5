package dev.sightline.acceptance.client;

import java.time.Duration;
import java.util.Optional;

/** What an OTLP endpoint answered, the same for both transports, in the words of the OTLP specification. */
public sealed interface OtlpAnswer {
    /** Success, partial where spans were rejected; the message may also be a warning without rejected spans. */
    record Accepted(long rejectedSpans, String message) implements OtlpAnswer {
    }

    /** Failure. {@code raw}: the transport's own code, for messages. */
    record Refused(Kind kind, String raw, String message, Optional<Duration> retryAfter) implements OtlpAnswer {
    }

    /** What a client has to make of a failure. */
    enum Kind {
        /** 400 and INVALID_ARGUMENT: never send this again. */
        INVALID,
        /** 401 and UNAUTHENTICATED. */
        UNAUTHENTICATED,
        /** 413, and RESOURCE_EXHAUSTED without RetryInfo: never send this again. */
        TOO_LARGE,
        /** 429, 502, 503, 504 and gRPC's retryable codes: send the same again. */
        RETRYABLE,
        /** Anything else, such as 500 and INTERNAL: what we never want to see. */
        OTHER
    }

    default Accepted accepted() {
        if (this instanceof Accepted accepted) {
            return accepted;
        }
        throw new AssertionError("not accepted: " + this);
    }

    default Refused refused() {
        if (this instanceof Refused refused) {
            return refused;
        }
        throw new AssertionError("not refused: " + this);
    }
}
