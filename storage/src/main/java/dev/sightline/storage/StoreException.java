package dev.sightline.storage;

/** ClickHouse did not take or give what was asked. {@link #kind} says what the caller may do about it. */
public final class StoreException extends RuntimeException {
    /** What a failure means for the caller. */
    public enum Kind {
        /** These rows can never be stored as they are: trying again gives the same answer. */
        REJECTED,
        /** Not now: too many parts, no memory, too slow, no space, or a schema not yet migrated. Try again later. */
        OVERLOADED,
        /** No answer: it is unknown whether the rows were stored. Try again with the same token. */
        UNAVAILABLE
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
