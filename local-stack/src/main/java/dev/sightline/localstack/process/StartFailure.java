package dev.sightline.localstack.process;

/** Why the stack can't start, in words for the person at the terminal: what is wrong, and what to do or read. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
