package dev.sightline.localstack.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where the commands write: colours and lines that are drawn over only at a terminal, plain lines elsewhere, and no
 * colour when NO_COLOR is set.
 */
public final class Terminal {
    /** What a text means, shown as a colour where there is colour. */
    public enum Tone {
        PLAIN(""), STRONG("1"), FAINT("2"), GOOD("32"), WARNING("33"), BAD("31"), LINK("36");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    private final PrintStream out;
    private final boolean interactive;
    private final boolean colour;

    Terminal(PrintStream out, boolean interactive, Map<String, String> environment) {
        this.out = out;
        this.interactive = interactive && !"dumb".equals(environment.get("TERM"));
        this.colour = this.interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Standard output, in UTF-8. */
    public static Terminal standard() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        String told = System.getenv().getOrDefault("SIGHTLINE_TTY", "");
        // The shell script knows whether its output is a terminal; the JDK asks for input and output together.
        boolean interactive = told.isEmpty()
                ? System.console() != null && System.console().isTerminal() : told.equals("1");
        return new Terminal(out, interactive, System.getenv());
    }

    public boolean interactive() {
        return interactive;
    }

    public boolean colour() {
        return colour;
    }

    public String paint(Tone tone, String text) {
        boolean plain = !colour || tone == Tone.PLAIN || text.isEmpty();
        return plain ? text : "\u001b[" + tone.code + "m" + text + "\u001b[0m";
    }

    public synchronized void line(String text) {
        out.println(text);
    }

    public void line() {
        line("");
    }

    /** Draws over the current line, without ending it; nothing where the output is no terminal. */
    synchronized void draw(String text) {
        if (interactive) {
            out.print("\r\u001b[K" + text);
            out.flush();
        }
    }
}
