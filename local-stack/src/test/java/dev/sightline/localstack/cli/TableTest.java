package dev.sightline.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.localstack.cli.Table.Cell;
import dev.sightline.localstack.cli.Terminal.Tone;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table()
            .row(Cell.of("NAME"), Cell.of("MEMORY"), Cell.of("PORTS"))
            .row(Cell.of("kafka", Tone.GOOD), Cell.right("9 MiB"), Cell.of("20001"))
            .row(Cell.of("schema"), Cell.right("1234 MiB"));

    @Test
    void alignsColumns() {
        assertThat(table.lines(terminal(false, Map.of()))).containsExactly(
                "  NAME    MEMORY    PORTS",
                "  kafka      9 MiB  20001",
                "  schema  1234 MiB");
    }

    @Test
    void coloursOnlyAtATerminalWithoutNoColor() {
        assertThat(table.lines(terminal(true, Map.of())).get(1)).contains("\u001b[32mkafka\u001b[0m");
        assertThat(table.lines(terminal(true, Map.of("NO_COLOR", "1"))).get(1)).doesNotContain("\u001b");
        assertThat(table.lines(terminal(true, Map.of("TERM", "dumb"))).get(1)).doesNotContain("\u001b");
    }

    private static Terminal terminal(boolean interactive, Map<String, String> environment) {
        return new Terminal(new PrintStream(new ByteArrayOutputStream()), interactive, environment);
    }
}
