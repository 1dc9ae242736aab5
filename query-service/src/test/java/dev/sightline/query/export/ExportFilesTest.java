package dev.sightline.query.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
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

/** Both stores of exports; the bucket is S3Proxy's, which checks signatures as Amazon does, a process of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportFilesTest {
    private static final String BUCKET = "exports";

    private Process server;
    private int port;

    @BeforeAll
    void startServer(@TempDir Path folder) throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path settings = Files.writeString(folder.resolve("s3proxy.properties"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=access
                s3proxy.credential=secret-of-the-test
                jclouds.provider=filesystem-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                jclouds.filesystem.basedir=%s
                """.formatted(port, Files.createDirectories(folder.resolve("data"))));
        Path target = Path.of(System.getProperty("sightline.root")).resolve("query-service/target");
        server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-jar", target.resolve("s3/s3proxy.jar").toString(), "--properties", settings.toString())
                .redirectErrorStream(true).redirectOutput(target.resolve("s3proxy.log").toFile()).start();
        awaitServer();
        try (var client = S3Client.builder().region(Region.US_EAST_1)
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

    private ExportConfig config(String bucket) {
        return new SmallRyeConfigBuilder().withMapping(ExportConfig.class).withDefaultValues(Map.of(
                        "sightline.exports.s3.bucket", bucket,
                        "sightline.exports.s3.endpoint", "http://127.0.0.1:" + port,
                        "sightline.exports.s3.path-style", "true", "sightline.exports.s3.access-key", "access",
                        "sightline.exports.s3.secret-key", "secret-of-the-test"))
                .withConverter(Path.class, 100, Path::of).build().getConfigMapping(ExportConfig.class);
    }

    @Test
    void aFolder(@TempDir Path folder) throws IOException {
        roundTrip(new FolderExports(folder.resolve("new")));
    }

    @Test
    void aBucket() throws IOException {
        try (BucketExports bucket = new BucketExports(config(BUCKET).s3())) {
            roundTrip(bucket);
        }
    }

    private static void roundTrip(ExportFiles files) throws IOException {
        UUID id = UUID.randomUUID();
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        assertThat(files.read(id, 0, 10)).isEmpty();
        Path scratch = files.scratch(id);
        Files.write(scratch, content);
        assertThat(files.read(id, 0, 10)).as("not there before it is stored").isEmpty();
        files.store(id, scratch);
        assertThat(scratch).doesNotExist();
        try (InputStream whole = files.read(id, 0, content.length).orElseThrow();
                InputStream part = files.read(id, 100_000, 5).orElseThrow()) {
            assertThat(whole.readAllBytes()).isEqualTo(content);
            assertThat(part.readAllBytes()).containsExactly(content[100_000], content[100_001], content[100_002],
                    content[100_003], content[100_004]);
        }
        files.delete(id);
        files.delete(id);
        assertThat(files.read(id, 0, 10)).isEmpty();
    }

    @Test
    void aBucketThatIsNotThere() throws IOException {
        try (BucketExports bucket = new BucketExports(config("no-such-bucket").s3())) {
            Path scratch = bucket.scratch(UUID.randomUUID());
            assertThatThrownBy(() -> bucket.store(UUID.randomUUID(), scratch))
                    .isInstanceOfSatisfying(ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE));
            Files.deleteIfExists(scratch);
        }
    }
}
