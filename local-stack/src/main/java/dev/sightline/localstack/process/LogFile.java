package dev.sightline.localstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The output of one process, bounded: beyond {@link #BYTES_MAX} it moves to NAME.log.1, and the process, which appends,
 * goes on in an empty NAME.log. So a process keeps at most twice that on disk.
 *
 * @param path of the current file
 */
public record LogFile(Path path) {
    static final long BYTES_MAX = 16 << 20;

    /** Moves what is there to NAME.log.1, so that a run of the stack starts with an empty log. */
    public void startAfresh() {
        rotateBeyond(0);
    }

    /** Called now and then while the process runs. A few lines written at that very moment may be lost. */
    public void keepBounded() {
        rotateBeyond(BYTES_MAX);
    }

    private void rotateBeyond(long bytes) {
        try {
            if (!Files.exists(path) || Files.size(path) <= bytes) {
                return;
            }
            Files.copy(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't rotate " + path, e);
        }
    }
}
