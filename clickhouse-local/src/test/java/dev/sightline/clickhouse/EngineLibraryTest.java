package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fetching, with an npm of our own in front of the path: it counts its calls and packs a small file. The download of
 * the real package is tested by every other test here.
 */
class EngineLibraryTest {

    @TempDir
    Path folder;
    private Path calls;
    private byte[] tarball;

    /** Runs in a process of its own, because npm is found by the environment's PATH. */
    static final class Fetch {

        public static void main(String[] arguments) throws IOException {
            System.out.println("library " + EngineLibrary.fetch(EngineLibrary.defaultCacheDir(),
                    line -> System.out.println("progress " + line)));
        }
    }

    @BeforeEach
    void packAndPutNpmInFront() throws IOException {
        calls = folder.resolve("calls");
        tarball = tarball("package/package.json", "{}", "package/libchdb.so", "the engine".repeat(1000));
        Files.write(folder.resolve("engine.tgz"), tarball);
        Path npm = Files.createDirectory(folder.resolve("bin")).resolve("npm");
        Files.writeString(npm, """
                #!/bin/sh
                if [ "$1" = config ]; then echo %1$s/npm-cache; exit 0; fi
                echo "$*" >> %1$s/calls
                while [ "$1" != --pack-destination ]; do shift; done
                sleep 1
                cp %1$s/engine.tgz "$2/engine.tgz"
                """.formatted(folder));
        assertThat(npm.toFile().setExecutable(true)).isTrue();
    }

    private static byte[] tarball(String... namesAndContents) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                byte[] header = new byte[512];
                byte[] name = namesAndContents[i].getBytes(StandardCharsets.UTF_8);
                System.arraycopy(name, 0, header, 0, name.length);
                byte[] size = "%011o".formatted(content.length).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(size, 0, header, 124, size.length);
                gzip.write(header);
                gzip.write(content);
                gzip.write(new byte[(512 - content.length % 512) % 512]);
            }
            gzip.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    private String integrity() throws Exception {
        return "sha512-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-512").digest(tarball));
    }

    private Process fetch(String integrity) throws IOException {
        var builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp",
                System.getProperty("java.class.path"), Fetch.class.getName()).redirectErrorStream(true);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment().put(EngineLibrary.INTEGRITY_VARIABLE, integrity);
        return builder.start();
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void fetchesOnceHoweverManyAskAndAgainWhenTheFileIsDamaged() throws Exception {
        var both = List.of(fetch(integrity()), fetch(integrity()));
        var libraries = new ArrayList<Path>();
        for (Process process : both) {
            String output = output(process);
            assertThat(output).contains("library ");
            libraries.add(Path.of(output.substring(output.indexOf("library ") + 8).strip()));
        }
        assertThat(libraries.getFirst()).isEqualTo(libraries.getLast())
                .hasContent("the engine".repeat(1000));
        assertThat(Files.readAllLines(calls)).hasSize(1);
        assertThat(Files.readString(calls)).contains(EngineLibrary.VERSION).doesNotContain("registry");

        assertThat(output(fetch(integrity()))).doesNotContain("progress");
        assertThat(Files.readAllLines(calls)).hasSize(1);

        Files.writeString(libraries.getFirst(), "the engine".repeat(999));
        assertThat(output(fetch(integrity()))).contains("progress").contains("library ");
        assertThat(libraries.getFirst()).hasContent("the engine".repeat(1000));
        assertThat(Files.readAllLines(calls)).hasSize(2);
        try (var left = Files.list(libraries.getFirst().getParent().getParent())) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.startsWith("fetching")))
                    .isEmpty();
        }
    }

    @Test
    void aWrongChecksumInstallsNothing() throws Exception {
        String output = output(fetch("sha512-" + Base64.getEncoder().encodeToString(new byte[64])));
        assertThat(output).contains("checksum of ").contains("nothing was installed").doesNotContain("library /");
        try (var files = Files.walk(folder.resolve("cache"))) {
            assertThat(files.filter(file -> file.toString().endsWith("libchdb.so"))).isEmpty();
        }
    }

    @Test
    void aFailingNpmIsAReason() throws Exception {
        Files.writeString(folder.resolve("bin").resolve("npm"), "#!/bin/sh\necho no such package here\nexit 7\n");
        assertThat(output(fetch(integrity()))).contains("failed with code 7").contains("no such package here");
    }
}
