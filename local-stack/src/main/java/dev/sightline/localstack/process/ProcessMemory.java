package dev.sightline.localstack.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The memory of running processes. */
public final class ProcessMemory {
    private ProcessMemory() {
    }

    /**
     * Resident bytes of a process and all below it, 0 when it is gone. Pages that processes share count once for each,
     * so the true figure is lower, above all for PostgreSQL.
     */
    public static long residentBytesOfTree(long pid) {
        return ProcessHandle.of(pid)
                .map(root -> Stream.concat(Stream.of(root), root.descendants())
                        .mapToLong(process -> residentBytes(process.pid())).sum())
                .orElse(0L);
    }

    /** Resident bytes of this process alone. */
    public static long residentBytes(long pid) {
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        try {
            if (Files.exists(status)) {
                return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .findFirst().orElse(0);
            }
            return askPs(pid);
        } catch (IOException gone) {
            return 0;
        }
    }

    /** macOS has no /proc. */
    private static long askPs(long pid) throws IOException {
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(pid)).start();
        try {
            String kibibytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            ps.waitFor(2, TimeUnit.SECONDS);
            return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) << 10;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
