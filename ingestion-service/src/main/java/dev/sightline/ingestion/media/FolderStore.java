package dev.sightline.ingestion.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.ByteStreams;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Media in a folder: per project and first two characters of the id, the file {@code ID} with the content, {@code
 * ID.json} with what is known of it, and an empty file per trace that refers to it in {@code ID.traces}. Each file is
 * written under another name, forced to the disk and renamed; the content first, so a medium with its JSON is complete.
 * Processes may share the folder.
 */
public final class FolderStore implements MediaStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER_BYTES = 1 << 16;
    /** File systems allow 255. */
    private static final int NAME_CHARS_MAX = 200;

    private final Path root;

    public FolderStore(Path root) {
        this.root = root;
    }

    @Override
    public Optional<StoredMedium> find(MediaKey key) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(about(key)));
            return Optional.of(new StoredMedium(json.path("contentType").textValue(),
                    json.path("contentLength").longValue(), Instant.parse(json.path("uploadedAt").textValue())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public void put(MediaKey key, Upload upload, InputStream content) {
        try (InputStream checked = new CheckedContent(content, upload)) {
            if (find(key).isPresent()) {
                return;
            }
            Path file = content(key);
            Files.createDirectories(file.getParent());
            write(file, checked);
            write(about(key), new ByteArrayInputStream(JSON.writeValueAsBytes(Map.of(
                    "contentType", upload.contentType(), "contentLength", upload.contentLength(),
                    "sha256", upload.sha256(), "uploadedAt", Instant.now().toString()))));
            force(file.getParent());
        } catch (CheckedContent.WrongContent e) {
            throw ServiceException.invalid("content", e.getMessage());
        } catch (IOException e) {
            throw MediaStore.away(e);
        }
    }

    /** The names in a folder are on the disk only after this. */
    private static void force(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder)) {
            names.force(true);
        }
    }

    private static void write(Path file, InputStream content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    @Override
    public Optional<InputStream> read(MediaKey key, long from, long length) {
        try {
            FileChannel file = FileChannel.open(content(key));
            return Optional.of(ByteStreams.limit(Channels.newInputStream(file.position(from)), length));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public void link(MediaKey key, String traceId) {
        Path link = links(key).resolve(name(traceId));
        try {
            if (!Files.exists(link)) {
                Files.createDirectories(link.getParent());
                Files.write(link, new byte[0], StandardOpenOption.CREATE);
                force(link.getParent());
            }
        } catch (IOException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public void unlink(MediaKey key, Collection<String> traceIds) {
        try {
            for (String traceId : traceIds) {
                Files.deleteIfExists(links(key).resolve(name(traceId)));
            }
            Files.deleteIfExists(links(key));
            // First what says that the medium is there.
            Files.deleteIfExists(about(key));
            Files.deleteIfExists(content(key));
        } catch (DirectoryNotEmptyException e) {
            // Others refer to it.
        } catch (IOException e) {
            throw MediaStore.away(e);
        }
    }

    @Override
    public Optional<URI> uploadUrl(MediaKey key, Upload upload, Duration lifetime) {
        return Optional.empty();
    }

    @Override
    public Optional<URI> downloadUrl(MediaKey key, Duration lifetime) {
        return Optional.empty();
    }

    private Path content(MediaKey key) {
        return root.resolve(name(key.projectId())).resolve(key.mediaId().substring(0, 2)).resolve(key.mediaId());
    }

    private Path links(MediaKey key) {
        return content(key).resolveSibling(key.mediaId() + ".traces");
    }

    private Path about(MediaKey key) {
        return content(key).resolveSibling(key.mediaId() + ".json");
    }

    /** Any text as the name of a file, and never one with a meaning of its own such as "..". */
    static String name(String text) {
        String name = URLEncoder.encode(text, StandardCharsets.UTF_8).replace(".", "%2E").replace("*", "%2A");
        return name.length() <= NAME_CHARS_MAX ? name : "sha256-" + HexFormat.of().formatHex(
                MediaKey.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }
}
