package dev.sightline.query.export;

import com.google.common.io.ByteStreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/** Exports in a folder, a file each, named by its id. Processes may share the folder. */
final class FolderExports implements ExportFiles {
    private final Path root;

    FolderExports(Path root) {
        this.root = root;
    }

    @Override
    public Path scratch(UUID id) throws IOException {
        Files.createDirectories(root);
        return root.resolve(id + "." + UUID.randomUUID() + ".new");
    }

    @Override
    public void store(UUID id, Path written) throws IOException {
        try (FileChannel file = FileChannel.open(written, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        Files.move(written, file(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel names = FileChannel.open(root)) {
            names.force(true);
        }
    }

    @Override
    public Optional<InputStream> read(UUID id, long from, long length) {
        try {
            return Optional.of(ByteStreams.limit(Channels.newInputStream(
                    FileChannel.open(file(id)).position(from)), length));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw ExportFiles.away(e);
        }
    }

    @Override
    public void delete(UUID id) throws IOException {
        Files.deleteIfExists(file(id));
    }

    private Path file(UUID id) {
        return root.resolve(id.toString());
    }
}
