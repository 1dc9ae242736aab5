package dev.sightline.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The shell script prints help without a JDK, from src/main/help. These files are what the commands say of themselves;
 * REGENERATE=1 in the environment writes them anew.
 */
class HelpTextTest {
    private static final Path FOLDER = Path.of(System.getProperty("sightline.root"), "local-stack/src/main/help");

    private final CommandLine commandLine = Sightline.commandLine(
            new Terminal(new PrintStream(new ByteArrayOutputStream()), false, Map.of()));

    @Test
    void everyCommandsHelpIsInItsFile() throws IOException {
        check("sightline", commandLine);
        for (Map.Entry<String, CommandLine> command : commandLine.getSubcommands().entrySet()) {
            if (!command.getValue().getCommandSpec().usageMessage().hidden()) {
                check(command.getKey(), command.getValue());
            }
        }
    }

    @Test
    void noFileIsLeftOfACommandThatIsGone() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
                    .allMatch(name -> name.equals("sightline") || commandLine.getSubcommands().containsKey(name));
        }
    }

    private static void check(String name, CommandLine command) throws IOException {
        String help = command.getUsageMessage(Ansi.OFF);
        assertThat(help).as("every command has --help").contains("--help");
        Path file = FOLDER.resolve(name + ".txt");
        if ("1".equals(System.getenv("REGENERATE"))) {
            Files.writeString(file, help);
        }
        assertThat(file).content().as("%s; REGENERATE=1 writes it anew", file).isEqualTo(help);
    }
}
