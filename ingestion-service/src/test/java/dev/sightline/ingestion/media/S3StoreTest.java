package dev.sightline.ingestion.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Against S3Proxy, a server of the S3 protocol that checks signatures as Amazon does, run as a process of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StoreTest {
    private static final String BUCKET = "media";

    private final HttpClient http = HttpClient.newHttpClient();
    private final byte[] content = FolderStoreTest.content(300_000);
    private final Upload upload = FolderStoreTest.upload(content, "image/png");
    private final MediaKey key = MediaKey.of("shop", MediaKey.sha256(content));
    private Process server;
    private int port;

    @BeforeAll
    void startServer(@TempDir Path folder) throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path data = Files.createDirectories(folder.resolve("data"));
        Path settings = Files.writeString(folder.resolve("s3proxy.properties"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=access
                s3proxy.credential=secret-of-the-test
                jclouds.provider=filesystem-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                jclouds.filesystem.basedir=%s
                """.formatted(port, data));
        Path root = Path.of(System.getProperty("sightline.root")).resolve("ingestion-service/target");
        server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-jar", root.resolve("s3/s3proxy.jar").toString(), "--properties", settings.toString())
                .redirectErrorStream(true).redirectOutput(root.resolve("s3proxy.log").toFile()).start();
        awaitServer();
        try (var client = S3Client.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + port)).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("access", "secret-of-the-test"))).build()) {
            client.createBucket(create -> create.bucket(BUCKET));
        }
    }

    private void awaitServer() throws Exception {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); ; Thread.sleep(50)) {
            try (Socket _ = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new AssertionError("S3Proxy did not start; see target/s3proxy.log", e);
                }
            }
        }
    }

    @AfterAll
    void stopServer() {
        server.destroyForcibly();
    }

    private S3Store store(String... more) {
        String[] settings = {"s3.bucket", BUCKET, "s3.endpoint", "http://127.0.0.1:" + port, "s3.path-style", "true",
                "s3.access-key", "access", "s3.secret-key", "secret-of-the-test", "s3.prefix", "sightline/"};
        String[] all = Arrays.copyOf(settings, settings.length + more.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return new S3Store(MediaPartsTest.config(all).s3());
    }

    /** As Langfuse's clients send it. */
    private HttpResponse<String> put(URI url, byte[] body, String type, String sha256) throws Exception {
        return http.send(HttpRequest.newBuilder(url).PUT(BodyPublishers.ofByteArray(body)).header("Content-Type", type)
                .header("x-ms-blob-type", "BlockBlob").header("x-amz-checksum-sha256", sha256).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatIsStoredComesBackInFullAndInParts() throws Exception {
        try (S3Store store = store()) {
            assertThat(store.find(key)).isEmpty();
            assertThat(store.read(key, 0, 10)).isEmpty();
            store.link(key, "trace/with:any \u00e4");
            store.put(key, upload, FolderStoreTest.stream(content));

            StoredMedium medium = store.find(key).orElseThrow();
            assertThat(medium.contentType()).isEqualTo("image/png");
            assertThat(medium.contentLength()).isEqualTo(content.length);
            try (InputStream all = store.read(key, 0, content.length).orElseThrow();
                    InputStream part = store.read(key, 299_990, 5).orElseThrow()) {
                assertThat(all.readAllBytes()).isEqualTo(content);
                assertThat(part.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 299_990, 299_995));
            }
            assertThat(store.find(new MediaKey("other", key.mediaId()))).isEmpty();
        }
    }

    @Test
    void aClientSendsToTheStoreAndFetchesFromItWithTheGivenAddresses() throws Exception {
        byte[] other = FolderStoreTest.content(5_000);
        Upload announced = FolderStoreTest.upload(other, "audio/wav");
        MediaKey otherKey = MediaKey.of("shop", MediaKey.sha256(other));
        try (S3Store store = store()) {
            URI address = store.uploadUrl(otherKey, announced, Duration.ofMinutes(5)).orElseThrow();
            assertThat(put(address, other, "audio/wav", announced.sha256()).statusCode()).isEqualTo(200);

            assertThat(store.find(otherKey).orElseThrow().contentType()).isEqualTo("audio/wav");
            URI download = store.downloadUrl(otherKey, Duration.ofMinutes(5)).orElseThrow();
            HttpResponse<byte[]> fetched = http.send(HttpRequest.newBuilder(download).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(fetched.statusCode()).isEqualTo(200);
            assertThat(fetched.headers().firstValue("Content-Type")).contains("audio/wav");
            assertThat(fetched.body()).isEqualTo(other);
        }
    }

    @Test
    void theStoreRefusesWhatWasNotSigned() throws Exception {
        byte[] other = FolderStoreTest.content(6_000);
        Upload announced = FolderStoreTest.upload(other, "image/png");
        MediaKey otherKey = MediaKey.of("shop", MediaKey.sha256(other));
        byte[] changed = other.clone();
        changed[0] ^= 1;
        try (S3Store store = store()) {
            URI address = store.uploadUrl(otherKey, announced, Duration.ofMinutes(5)).orElseThrow();
            assertThat(put(address, other, "text/html", announced.sha256()).statusCode()).isEqualTo(403);
            assertThat(put(address, changed, "image/png", FolderStoreTest.upload(changed, "").sha256()).statusCode())
                    .isEqualTo(403);
            String elsewhere = address.toString().replace(otherKey.mediaId(), key.mediaId());
            assertThat(put(URI.create(elsewhere), other, "image/png", announced.sha256()).statusCode()).isEqualTo(403);
            URI expiring = store.uploadUrl(otherKey, announced, Duration.ofSeconds(1)).orElseThrow();
            TimeUnit.MILLISECONDS.sleep(2_100);
            assertThat(put(expiring, other, "image/png", announced.sha256()).statusCode()).isEqualTo(403);
            assertThat(store.find(otherKey)).isEmpty();
        }
    }

    @Test
    void otherContentThanAnnouncedIsTheSendersFault() {
        byte[] other = FolderStoreTest.content(7_000);
        Upload announced = FolderStoreTest.upload(other, "image/png");
        MediaKey otherKey = MediaKey.of("shop", MediaKey.sha256(other));
        byte[] changed = other.clone();
        changed[6_999] ^= 1;
        try (S3Store store = store()) {
            for (byte[] wrong : new byte[][] {changed, Arrays.copyOf(other, 6_000), Arrays.copyOf(other, 8_000)}) {
                assertThatThrownBy(() -> store.put(otherKey, announced, FolderStoreTest.stream(wrong)))
                        .isInstanceOfSatisfying(ServiceException.class, e ->
                                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
                assertThat(store.find(otherKey)).isEmpty();
            }
        }
    }

    @Test
    void aStoreThatOnlyTheServicesReachGivesNoAddresses() {
        try (S3Store store = store("s3.direct", "false")) {
            assertThat(store.uploadUrl(key, upload, Duration.ofMinutes(5))).isEmpty();
            assertThat(store.downloadUrl(key, Duration.ofMinutes(5))).isEmpty();
        }
    }

    @Test
    void aStoreThatIsAwayOrRefusesUsMeansTryAgain() {
        try (S3Store nobody = store("s3.endpoint", "http://127.0.0.1:1", "s3.timeout", "PT2S");
                S3Store stranger = store("s3.secret-key", "wrong")) {
            for (S3Store store : new S3Store[] {nobody, stranger}) {
                assertThatThrownBy(() -> store.put(key, upload, FolderStoreTest.stream(content)))
                        .isInstanceOfSatisfying(ServiceException.class, e ->
                                assertThat(e.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE));
                assertThatThrownBy(() -> store.find(key)).isInstanceOf(ServiceException.class);
            }
        }
    }
}
