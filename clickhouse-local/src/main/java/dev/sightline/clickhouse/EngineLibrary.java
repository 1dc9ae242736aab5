package dev.sightline.clickhouse;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * The ClickHouse engine as a shared library, fetched once per machine.
 *
 * <p>Owns the folder {@code CACHE/clickhouse-VERSION-PLATFORM/}. {@link #fetch} downloads the platform's npm package
 * with the system's own {@code npm pack} (so that the user's npm set-up is obeyed), compares the tarball's SHA-512 with
 * the value written here, and unpacks the library into a temporary folder that is renamed when it is complete: a
 * folder with the final name is always whole. A lock file keeps two processes from fetching at the same time. Later
 * calls compare the size and the hash of the first and last mebibyte, which takes milliseconds.
 *
 * <p>About 178 MB to download, 566 MB on disk. Errors are {@link IOException} with what to do. Source of the packages:
 * the chDB project (chdb-io), which builds ClickHouse as a library.
 */
public final class EngineLibrary {

    /** The npm package's version; the engine in it calls itself 26.7.2.1. */
    public static final String VERSION = "26.7.3-stable.1";

    /** An SHA-512 in npm's form, for a platform that has no value pinned here. */
    public static final String INTEGRITY_VARIABLE = "SIGHTLINE_ENGINE_INTEGRITY";

    private static final int SAMPLE_BYTES = 1 << 20;
    private static final int TAR_BLOCK = 512;
    private static final long PROGRESS_INTERVAL_MILLIS = 500;

    private final Platform platform;
    private final Path cacheDir;
    private final Consumer<String> progress;

    private EngineLibrary(Platform platform, Path cacheDir, Consumer<String> progress) {
        this.platform = platform;
        this.cacheDir = cacheDir;
        this.progress = progress;
    }

    /** A platform the package exists for; integrity is null where no build of ours has checked one yet. */
    private record Platform(String name, String npmPackage, String file, String integrity) {

        static Platform current() throws IOException {
            String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
            String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
            boolean arm = arch.equals("aarch64") || arch.equals("arm64");
            if (os.contains("linux") && arch.equals("amd64")) {
                return new Platform("linux-x64", "@chdb/lib-linux-x64-gnu", "libchdb.so",
                        "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjK"
                                + "n2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==");
            }
            if (os.contains("linux") && arm) {
                return new Platform("linux-arm64", "@chdb/lib-linux-arm64-gnu", "libchdb.so", null);
            }
            if (os.contains("mac")) {
                String cpu = arm ? "arm64" : "x64";
                return new Platform("darwin-" + cpu, "@chdb/lib-darwin-" + cpu, "libchdb.so", null);
            }
            throw new IOException("the ClickHouse engine is not available for " + os + " on " + arch
                    + "; it runs on Linux and macOS, x64 and arm64");
        }

        String requiredIntegrity() throws IOException {
            String given = System.getenv(INTEGRITY_VARIABLE);
            if (given != null && !given.isBlank()) {
                return given.strip();
            }
            if (integrity != null) {
                return integrity;
            }
            String wanted = npmPackage + "@" + VERSION;
            throw new IOException("no checksum is pinned for " + wanted + ". Read it with 'npm view " + wanted
                    + " dist.integrity', check it against a source you trust, and set " + INTEGRITY_VARIABLE
                    + " to it");
        }
    }

    /** {@code $XDG_CACHE_HOME/sightline/engines}, or {@code ~/.cache/sightline/engines}. */
    public static Path defaultCacheDir() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("sightline").resolve("engines");
    }

    /**
     * The path of the engine library, downloaded when it is not there yet.
     *
     * @param cacheDir the machine-wide folder, made when missing
     * @param progress gets a short line now and then while something takes time; never called when the library is there
     */
    public static Path fetch(Path cacheDir, Consumer<String> progress) throws IOException {
        return new EngineLibrary(Platform.current(), cacheDir.toAbsolutePath(), progress).fetch();
    }

    private Path fetch() throws IOException {
        Path home = cacheDir.resolve("clickhouse-" + VERSION + "-" + platform.name());
        if (isWhole(home)) {
            return home.resolve(platform.file());
        }
        Files.createDirectories(cacheDir);
        synchronized (EngineLibrary.class) {
            try (var channel = FileChannel.open(cacheDir.resolve(home.getFileName() + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                try (var lock = lock(channel)) {
                    if (!isWhole(home)) {
                        download(home);
                    }
                }
            }
        }
        return home.resolve(platform.file());
    }

    private FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            progress.accept("another process is fetching the ClickHouse engine, waiting for it");
            lock = channel.lock();
        }
        return lock;
    }

    private void download(Path home) throws IOException {
        String integrity = platform.requiredIntegrity();
        Path work = Files.createTempDirectory(cacheDir, "fetching-");
        try {
            Path tarball = pack(work);
            progress.accept("checking the ClickHouse engine's checksum");
            String actual = "sha512-" + Base64.getEncoder().encodeToString(sha512(tarball));
            if (!actual.equals(integrity)) {
                throw new IOException("checksum of " + platform.npmPackage() + "@" + VERSION + " is " + actual
                        + ", expected " + integrity + "; nothing was installed");
            }
            Path unpacked = Files.createDirectory(work.resolve("unpacked"));
            unpack(tarball, unpacked.resolve(platform.file()));
            Files.delete(tarball);
            writeReceipt(unpacked, integrity);
            delete(home);
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
            progress.accept("ClickHouse engine " + VERSION + " is in " + home);
        } finally {
            delete(work);
        }
    }

    private Path pack(Path work) throws IOException {
        Path downloads = npmCache().resolve("_cacache").resolve("tmp");
        long before = bytesUnder(downloads);
        Path log = work.resolve("npm.log");
        var command = List.of("npm", "pack", platform.npmPackage() + "@" + VERSION, "--pack-destination",
                work.toString(), "--loglevel", "error");
        Process npm = start(command, work, log);
        try {
            while (!npm.waitFor(PROGRESS_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                long bytes = Math.max(0, bytesUnder(downloads) - before);
                progress.accept("fetching the ClickHouse engine: %d MB of 178 MB".formatted(bytes / 1_000_000));
            }
        } catch (InterruptedException e) {
            npm.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while fetching the ClickHouse engine", e);
        }
        if (npm.exitValue() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' failed with code " + npm.exitValue() + ": "
                    + Files.readString(log).strip());
        }
        try (var files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".tgz")).findFirst()
                    .orElseThrow(() -> new IOException("npm pack left no tarball in " + work));
        }
    }

    private Path npmCache() throws IOException {
        Path out = Files.createTempFile("npm-cache", ".txt");
        try {
            Process npm = start(List.of("npm", "config", "get", "cache", "--loglevel", "error"), cacheDir, out);
            npm.waitFor();
            String cache = Files.readString(out).strip();
            return Path.of(cache.isEmpty() ? System.getProperty("user.home") + "/.npm" : cache);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking npm for its cache folder", e);
        } finally {
            Files.delete(out);
        }
    }

    private static Process start(List<String> command, Path directory, Path output) throws IOException {
        try {
            return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start();
        } catch (IOException e) {
            throw new IOException("npm could not be started; install Node 20 or newer, which brings it", e);
        }
    }

    private void unpack(Path tarball, Path target) throws IOException {
        // macOS packages may name it either way.
        var wanted = Set.of("package/libchdb.so", "package/libchdb.dylib");
        try (var in = new GZIPInputStream(Files.newInputStream(tarball), 1 << 16)) {
            byte[] header = new byte[TAR_BLOCK];
            while (in.readNBytes(header, 0, TAR_BLOCK) == TAR_BLOCK && header[0] != 0) {
                String name = text(header, 0, 100);
                long size = Long.parseLong(text(header, 124, 12).strip(), 8);
                if (wanted.contains(name)) {
                    copy(in, size, target);
                    return;
                }
                in.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
            }
        }
        throw new IOException("the package has none of " + wanted);
    }

    private void copy(InputStream in, long size, Path target) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (var out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long left = size;
            long nextLine = 0;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new IOException("the package is cut short");
                }
                out.write(ByteBuffer.wrap(buffer, 0, read));
                left -= read;
                if (size - left >= nextLine) {
                    progress.accept("unpacking the ClickHouse engine: %d of %d MB".formatted((size - left) / 1_000_000,
                            size / 1_000_000));
                    nextLine += 100_000_000;
                }
            }
            out.force(true);
        }
    }

    private void writeReceipt(Path folder, String integrity) throws IOException {
        var receipt = new Properties();
        receipt.setProperty("package", platform.npmPackage() + "@" + VERSION);
        receipt.setProperty("integrity", integrity);
        receipt.setProperty("sample", sample(folder.resolve(platform.file())));
        try (var out = Files.newBufferedWriter(folder.resolve("receipt.properties"))) {
            receipt.store(out, null);
        }
    }

    private boolean isWhole(Path home) throws IOException {
        Path receiptFile = home.resolve("receipt.properties");
        Path library = home.resolve(platform.file());
        if (!Files.isRegularFile(receiptFile) || !Files.isRegularFile(library)) {
            return false;
        }
        var receipt = new Properties();
        try (var in = Files.newBufferedReader(receiptFile)) {
            receipt.load(in);
        }
        return sample(library).equals(receipt.getProperty("sample"));
    }

    /** Size and hash of the first and last mebibyte: finds a cut or overwritten file without reading 566 MB. */
    private static String sample(Path file) throws IOException {
        var digest = digest("SHA-256");
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long size = in.length();
            byte[] piece = new byte[(int) Math.min(SAMPLE_BYTES, size)];
            in.readFully(piece);
            digest.update(piece);
            in.seek(size - piece.length);
            in.readFully(piece);
            digest.update(piece);
            return size + ":" + HexFormat.of().formatHex(digest.digest());
        }
    }

    private static byte[] sha512(Path file) throws IOException {
        var digest = digest("SHA-512");
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // The digest sees what is read.
            }
        }
        return digest.digest();
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long bytesUnder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (var files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    private static String text(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return new String(block, offset, end - offset, StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
