package dev.sightline.localstack.cli;

import dev.sightline.localstack.cli.Terminal.Tone;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One line for each step that is done, with the time it took; at a terminal also a line below that says what is being
 * worked on.
 */
public final class ProgressLines implements AutoCloseable {
    private static final Duration REDRAW_EVERY = Duration.ofMillis(100);
    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final int NAME_WIDTH = 18;
    private static final int LIVE_WIDTH = 110;

    private final Terminal terminal;
    private final Instant begin = Instant.now();
    private final Map<String, String> working = new LinkedHashMap<>();
    private final Thread ticker;
    private volatile boolean closed;

    public ProgressLines(Terminal terminal) {
        this.terminal = terminal;
        this.ticker = Thread.ofPlatform().daemon().name("progress").unstarted(this::tick);
        if (terminal.interactive()) {
            ticker.start();
        }
    }

    public synchronized void begun(String step) {
        working.put(step, "");
        redraw();
    }

    /** Says how far a step is. Where lines can't be drawn over, only the first word on it is printed. */
    public synchronized void progress(String step, String text) {
        String before = working.put(step, text);
        if (!terminal.interactive() && (before == null || before.isEmpty())) {
            terminal.line(pad("…") + pad(step, NAME_WIDTH) + text);
        }
        redraw();
    }

    public synchronized void done(String step, Duration took) {
        working.remove(step);
        finished(Tone.GOOD, "✓", step, took);
    }

    public synchronized void stopped(String process, Duration took) {
        working.remove(process);
        finished(Tone.FAINT, "■", process, took);
    }

    private void finished(Tone tone, String mark, String step, Duration took) {
        terminal.draw("");
        terminal.line(terminal.paint(tone, pad(mark)) + pad(step, NAME_WIDTH)
                + terminal.paint(Tone.FAINT, "%7s".formatted(seconds(took))));
        redraw();
    }

    private void tick() {
        while (!closed) {
            redraw();
            try {
                Thread.sleep(REDRAW_EVERY);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void redraw() {
        if (closed || !terminal.interactive()) {
            return;
        }
        if (working.isEmpty()) {
            terminal.draw("");
            return;
        }
        Duration elapsed = Duration.between(begin, Instant.now());
        String spinner = SPINNER[(int) (elapsed.toMillis() / REDRAW_EVERY.toMillis() % SPINNER.length)];
        String steps = working.entrySet().stream()
                .map(step -> step.getValue().isEmpty() ? step.getKey() : step.getKey() + ": " + step.getValue())
                .collect(Collectors.joining(", "));
        String shown = steps.length() > LIVE_WIDTH ? steps.substring(0, LIVE_WIDTH - 1) + "…" : steps;
        terminal.draw(terminal.paint(Tone.LINK, pad(spinner)) + shown + " "
                + terminal.paint(Tone.FAINT, seconds(elapsed)));
    }

    static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    private static String pad(String mark) {
        return pad(mark, 2);
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
    }

    @Override
    public synchronized void close() {
        closed = true;
        terminal.draw("");
    }
}
