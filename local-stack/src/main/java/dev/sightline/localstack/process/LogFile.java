package dev.sightline.localstack.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The output of one process, bounded: beyond {@link #BYTES_MAX} it moves to NAME.log.1, and the process, which appends,
 * goes on in an empty NAME.log. So a process keeps at most twice that on disk.
 *
 * @param path of the current file
 */
public record LogFile(Path path) {
    static final long BYTES_MAX = 16 << 20;
    private static final int ENDING_LINES_MAX = 6;
    private static final int ENDING_BYTES_MAX = 2_000;

    /** Moves what is there to NAME.log.1, so that a run of the stack starts with an empty log. */
    public void startAfresh() {
        rotateBeyond(0);
    }

    /** Called now and then while the process runs. A few lines written at that very moment may be lost. */
    public void keepBounded() {
        rotateBeyond(BYTES_MAX);
    }

    /** Where it is and how it ends, for the message of a failure. */
    String ending() {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(ENDING_BYTES_MAX, file.length())];
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - ENDING_LINES_MAX), lines.size());
            if (!last.isEmpty()) {
                return "its log " + path + " ends with\n  " + String.join("\n  ", last);
            }
        } catch (IOException none) {
            // Then only the place can be told.
        }
        return "its log is " + path;
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
