package dev.sightline.localstack.stack;

import dev.sightline.localstack.process.LogFile;
import dev.sightline.localstack.process.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The folder that holds everything of one stack: the engines' data, logs, secrets and the run files. The supervisor
 * holds its lock as long as it lives, and the system frees it even after a kill -9, so the lock says whether a stack
 * is up.
 *
 * @param root absolute path
 */
public record DataFolder(Path root) {
    public DataFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** Makes what is missing; only the owner may look inside. */
    public void create() throws StartFailure {
        try {
            if (!Files.exists(root)) {
                Files.createDirectories(root.getParent());
                Files.createDirectory(root,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Files.createDirectories(runFolder());
            Files.createDirectories(logFolder());
        } catch (IOException e) {
            throw new StartFailure("can't use the data folder " + root + " (" + e + "); take another one with --data",
                    e);
        }
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    public Path clickHouse() {
        return root.resolve("clickhouse");
    }

    public Path media() {
        return root.resolve("media");
    }

    public Path exports() {
        return root.resolve("exports");
    }

    public Path secrets() {
        return root.resolve("secrets.properties");
    }

    public Path runFolder() {
        return root.resolve("run");
    }

    public Path ports() {
        return runFolder().resolve("ports.properties");
    }

    /** The machine-readable state of the running stack. */
    public Path stackFile() {
        return runFolder().resolve("stack.json");
    }

    public Path logFolder() {
        return root.resolve("logs");
    }

    public LogFile log(String processName) {
        return new LogFile(logFolder().resolve(processName + ".log"));
    }

    /** Whether the folder is one of ours, so that nothing else is ever deleted. */
    public boolean isStack() {
        return Files.isDirectory(runFolder()) && Files.isDirectory(logFolder());
    }

    /** The lock, or empty when another process holds it. Close it to let go. */
    public Optional<FileChannel> lock() throws IOException {
        FileChannel file = FileChannel.open(
                runFolder().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return Optional.of(file);
            }
        } catch (OverlappingFileLockException heldInThisProcess) {
            // As good as held by another one.
        }
        file.close();
        return Optional.empty();
    }

    /** Like {@link #lock}, and notes this process as the holder. */
    public Optional<FileChannel> lockAsLauncher() throws IOException {
        Optional<FileChannel> lock = lock();
        if (lock.isPresent()) {
            Files.writeString(launcherFile(), ProcessHandle.current().pid() + "\n");
        }
        return lock;
    }

    /** The process id of the supervisor that runs on this folder; empty when none does. */
    public OptionalLong launcher() throws IOException {
        return isUp() && Files.exists(launcherFile())
                ? OptionalLong.of(Long.parseLong(Files.readString(launcherFile()).strip())) : OptionalLong.empty();
    }

    /** The holder's last word: nothing runs any more. */
    public void unlock(FileChannel lock) throws IOException {
        Files.deleteIfExists(stackFile());
        Files.deleteIfExists(launcherFile());
        lock.close();
    }

    private Path launcherFile() {
        return runFolder().resolve("launcher.pid");
    }

    /** Whether a supervisor runs on this folder. */
    public boolean isUp() throws IOException {
        if (!isStack()) {
            return false;
        }
        Optional<FileChannel> lock = lock();
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }
}
