package dev.sightline.localstack.postgres;

import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once a machine into a folder named by their checksum, so that another release never
 * mixes with this one. The archive comes from the build's own dependencies, whose checksums Maven verifies.
 *
 * @param folder with bin, lib and share
 */
public record PostgresBinaries(Path folder) {
    private static final Set<PosixFilePermission> DATA = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final Set<PosixFilePermission> PROGRAM = program();

    /** The program, such as initdb or postgres. */
    public Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /** Unpacks the binaries when this machine does not have them yet; several processes may do so at once. */
    public static PostgresBinaries unpack(Path cacheFolder) throws IOException, StartFailure {
        String resource = "/" + archiveName(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (PostgresBinaries.class.getResource(resource) == null) {
            throw new StartFailure("this build has no PostgreSQL for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + "; build it on that system with ./mvnw package");
        }
        Path target = cacheFolder.resolve("postgres-" + checksum(resource).substring(0, 16));
        if (!Files.exists(target)) {
            Files.createDirectories(cacheFolder);
            Path fresh = Files.createTempDirectory(cacheFolder, "postgres-");
            extract(resource, fresh);
            try {
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                Folders.delete(fresh);
                if (!Files.exists(target)) {
                    throw e;
                }
            }
        }
        return new PostgresBinaries(target);
    }

    static String archiveName(String system, String architecture) {
        String arm = architecture.equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-" + (system.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin-" : "linux-") + arm + ".txz";
    }

    private static void extract(String resource, Path folder) throws IOException {
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream(resource);
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                extract(tar, entry, folder);
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
            throw new IOException("the PostgreSQL archive holds a path outside itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        try {
            Files.copy(tar, path);
        } catch (FileAlreadyExistsException e) {
            Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(path, (entry.getMode() & 0100) != 0 ? PROGRAM : DATA);
    }

    private static Set<PosixFilePermission> program() {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(DATA);
        permissions.addAll(EnumSet.of(PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_EXECUTE));
        return permissions;
    }

    private static String checksum(String resource) throws IOException {
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream(resource)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            archive.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
