package dev.sightline.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    private Path folder;

    @Test
    void startsAfreshAndKeepsTheRunBefore() throws IOException {
        LogFile log = new LogFile(folder.resolve("a.log"));
        Files.writeString(log.path(), "before\n");

        log.startAfresh();

        assertThat(log.path()).isEmptyFile();
        assertThat(folder.resolve("a.log.1")).content().isEqualTo("before\n");
    }

    @Test
    void aRunningProcessGoesOnInAnEmptyFileBeyondTheBound() throws IOException {
        LogFile log = new LogFile(folder.resolve("a.log"));
        try (OutputStream process =
                Files.newOutputStream(log.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            process.write(new byte[(int) LogFile.BYTES_MAX]);
            log.keepBounded();
            assertThat(log.path()).hasSize(LogFile.BYTES_MAX);

            process.write('x');
            log.keepBounded();
            process.write("after".getBytes());
        }

        assertThat(log.path()).content().isEqualTo("after");
        assertThat(folder.resolve("a.log.1")).hasSize(LogFile.BYTES_MAX + 1);
    }

    @Test
    void nothingToDoWithoutAFile() {
        new LogFile(folder.resolve("none.log")).startAfresh();

        assertThat(folder).isEmptyDirectory();
    }
}
