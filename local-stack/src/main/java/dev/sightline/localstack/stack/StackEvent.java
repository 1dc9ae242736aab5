package dev.sightline.localstack.stack;

import java.time.Duration;
import java.util.Optional;

/**
 * What happens while the stack comes up or goes down, sent by the supervisor to the command at the terminal as one line
 * of text each.
 */
public sealed interface StackEvent {
    /** A step has begun. */
    record Begun(String step) implements StackEvent { }

    /** A step says how far it is. */
    record Progress(String step, String text) implements StackEvent { }

    /** A step is done. */
    record Done(String step, Duration took) implements StackEvent { }

    /** Everything is ready. */
    record Ready(Duration took) implements StackEvent { }

    /** The stack did not come up, and has been stopped again. */
    record Failed(String reason) implements StackEvent { }

    /** A process has stopped. */
    record Stopped(String process, Duration took) implements StackEvent { }

    /** One line without its end. */
    default String encode() {
        return switch (this) {
            case Begun(String step) -> line("begun", step, "");
            case Progress(String step, String text) -> line("progress", step, text);
            case Done(String step, Duration took) -> line("done", step, String.valueOf(took.toMillis()));
            case Ready(Duration took) -> line("ready", "", String.valueOf(took.toMillis()));
            case Failed(String reason) -> line("failed", "", reason);
            case Stopped(String process, Duration took) -> line("stopped", process, String.valueOf(took.toMillis()));
        };
    }

    /** The event of a line, or empty when the line is something else. */
    static Optional<StackEvent> decode(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        String step = parts[1];
        String text = parts[2].replace("\\n", "\n");
        return switch (parts[0]) {
            case "begun" -> Optional.of(new Begun(step));
            case "progress" -> Optional.of(new Progress(step, text));
            case "done" -> Optional.of(new Done(step, millis(text)));
            case "ready" -> Optional.of(new Ready(millis(text)));
            case "failed" -> Optional.of(new Failed(text));
            case "stopped" -> Optional.of(new Stopped(step, millis(text)));
            default -> Optional.empty();
        };
    }

    private static String line(String kind, String step, String text) {
        return kind + "\t" + step + "\t" + text.replace("\t", " ").replace("\r", "").replace("\n", "\\n");
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }
}
