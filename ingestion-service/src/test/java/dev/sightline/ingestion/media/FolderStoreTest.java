package dev.sightline.ingestion.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest {
    @TempDir
    Path folder;

    private final byte[] content = content(200_000);
    private final Upload upload = upload(content, "image/png");
    private final MediaKey key = MediaKey.of("shop", MediaKey.sha256(content));

    static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    static Upload upload(byte[] content, String type) {
        return new Upload(type, content.length, Base64.getEncoder().encodeToString(MediaKey.sha256(content)));
    }

    static InputStream stream(byte[] content) {
        return new ByteArrayInputStream(content);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsStoredComesBackInFullAndInPartsAlsoToAnotherProcess() throws Exception {
        new FolderStore(folder).put(key, upload, stream(content));

        FolderStore other = new FolderStore(folder);
        StoredMedium medium = other.find(key).orElseThrow();
        assertThat(medium.contentType()).isEqualTo("image/png");
        assertThat(medium.contentLength()).isEqualTo(content.length);
        assertThat(other.read(key, 0, content.length).orElseThrow().readAllBytes()).isEqualTo(content);
        assertThat(other.read(key, 199_990, 5).orElseThrow().readAllBytes())
                .isEqualTo(Arrays.copyOfRange(content, 199_990, 199_995));
        assertThat(files()).containsExactlyInAnyOrder(key.mediaId(), key.mediaId() + ".json");
    }

    @Test
    void aProjectHasOnlyItsOwn() {
        FolderStore store = new FolderStore(folder);
        store.put(key, upload, stream(content));

        MediaKey elsewhere = new MediaKey("other", key.mediaId());
        assertThat(store.find(elsewhere)).isEmpty();
        assertThat(store.read(elsewhere, 0, 1)).isEmpty();
    }

    @Test
    void noProjectLeadsOutOfTheFolder() throws Exception {
        FolderStore store = new FolderStore(folder.resolve("media"));
        for (String project : List.of("..", ".", "../../etc", "a/../..", "/", "*", "x".repeat(900), "\u00e4 \ud83d\ude80")) {
            MediaKey named = new MediaKey(project, key.mediaId());
            store.link(named, project);
            store.put(named, upload, stream(content));
            assertThat(store.find(named)).as(project).isPresent();
        }
        try (Stream<Path> beside = Files.list(folder)) {
            assertThat(beside).containsExactly(folder.resolve("media"));
        }
        try (Stream<Path> projects = Files.list(folder.resolve("media"))) {
            assertThat(projects).hasSize(8);
        }
    }

    @Test
    void otherContentThanAnnouncedLeavesNothing() throws Exception {
        FolderStore store = new FolderStore(folder);
        byte[] changed = content.clone();
        changed[content.length - 1] ^= 1;
        wrong(store, changed, "SHA-256");
        wrong(store, Arrays.copyOf(content, content.length - 1), "only 199999 of 200000");
        wrong(store, Arrays.copyOf(content, content.length + 1), "more than the announced 200000");
        wrong(store, new byte[0], "only 0 of 200000");

        assertThat(files()).isEmpty();
        assertThat(store.find(key)).isEmpty();
    }

    private void wrong(FolderStore store, byte[] sent, String message) {
        assertThatThrownBy(() -> store.put(key, upload, stream(sent))).hasMessageContaining(message)
                .isInstanceOfSatisfying(ServiceException.class, e ->
                        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void aBrokenUploadLeavesNothingAndCanBeRepeated() throws Exception {
        FolderStore store = new FolderStore(folder);
        InputStream breaking = new SequenceInputStream(stream(Arrays.copyOf(content, 100_000)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }
                });
        assertThatThrownBy(() -> store.put(key, upload, breaking)).isInstanceOf(ServiceException.class);
        assertThat(files()).isEmpty();

        store.put(key, upload, stream(content));
        assertThat(store.find(key)).isPresent();
    }

    @Test
    void manyMayStoreTheSameAtOnce() throws Exception {
        FolderStore store = new FolderStore(folder);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var put : IntStream.range(0, 50).mapToObj(_ -> threads.submit(() -> {
                store.link(key, "trace");
                store.put(key, upload, stream(content));
            })).toList()) {
                put.get();
            }
        }
        assertThat(store.read(key, 0, content.length).orElseThrow().readAllBytes()).isEqualTo(content);
        assertThat(files()).containsExactlyInAnyOrder(key.mediaId(), key.mediaId() + ".json", "trace");
    }

    @Test
    void anUnusableFolderMeansTryAgain() throws Exception {
        FolderStore store = new FolderStore(Files.writeString(folder.resolve("file"), "no folder"));
        assertThatThrownBy(() -> store.put(key, upload, stream(content)))
                .isInstanceOfSatisfying(ServiceException.class, e ->
                        assertThat(e.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE));
    }
}
