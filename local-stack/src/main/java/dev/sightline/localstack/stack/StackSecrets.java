package dev.sightline.localstack.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The secrets of one data folder, in a file that only its owner can read, under the names of the environment variables
 * they are passed on as. Made once; the first project, its keys and its user come from SIGHTLINE_INIT_* or
 * LANGFUSE_INIT_* where these are set, and are made up for development where they are not.
 */
public final class StackSecrets {
    public static final String INTERNAL_TOKEN = "SIGHTLINE_INTERNAL_TOKEN";
    public static final String ENCRYPTION_KEY = "SIGHTLINE_ENCRYPTION_KEY";
    public static final String CLICKHOUSE_PASSWORD = "SIGHTLINE_CLICKHOUSE_PASSWORD";
    public static final String POSTGRES_PASSWORD = "QUARKUS_DATASOURCE_PASSWORD";
    public static final String PROJECT_ID = "SIGHTLINE_INIT_PROJECT_ID";
    public static final String PUBLIC_KEY = "SIGHTLINE_INIT_PROJECT_PUBLIC_KEY";
    public static final String SECRET_KEY = "SIGHTLINE_INIT_PROJECT_SECRET_KEY";
    public static final String USER_EMAIL = "SIGHTLINE_INIT_USER_EMAIL";
    public static final String USER_PASSWORD = "SIGHTLINE_INIT_USER_PASSWORD";

    private static final String PREFIX = "SIGHTLINE_INIT_";
    private static final List<String> INIT_NAMES = List.of("ORG_ID", "ORG_NAME", "PROJECT_ID", "PROJECT_NAME",
            "PROJECT_PUBLIC_KEY", "PROJECT_SECRET_KEY", "USER_EMAIL", "USER_NAME", "USER_PASSWORD");
    private static final Set<String> OURS = Set.of(
            INTERNAL_TOKEN, ENCRYPTION_KEY, CLICKHOUSE_PASSWORD, POSTGRES_PASSWORD);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> values;

    private StackSecrets(Map<String, String> values) {
        this.values = values;
    }

    /** Reads the file, adds what is missing, lets the environment's INIT values win, and writes it when changed. */
    public static StackSecrets loadOrCreate(Path file, Map<String, String> environment) throws IOException {
        Map<String, String> before = read(file);
        Map<String, String> values = new TreeMap<>(before);
        values.putIfAbsent(INTERNAL_TOKEN, randomHex(32));
        values.putIfAbsent(ENCRYPTION_KEY, Base64.getEncoder().encodeToString(randomBytes(32)));
        values.putIfAbsent(CLICKHOUSE_PASSWORD, randomHex(16));
        values.putIfAbsent(POSTGRES_PASSWORD, randomHex(16));
        Map<String, String> given = initValues(environment);
        // Keys belong to a project and a password to a user: another one gets its own.
        forgetWhenChanged(values, given, PROJECT_ID, List.of(PUBLIC_KEY, SECRET_KEY, PREFIX + "PROJECT_NAME"));
        forgetWhenChanged(values, given, PUBLIC_KEY, List.of(SECRET_KEY));
        forgetWhenChanged(values, given, USER_EMAIL, List.of(USER_PASSWORD, PREFIX + "USER_NAME"));
        values.putAll(given);
        developmentValues(values.getOrDefault(PROJECT_ID, "dev")).forEach(values::putIfAbsent);
        if (!values.equals(before)) {
            write(file, values);
        }
        return new StackSecrets(values);
    }

    /** What is in the file; empty when there is none. */
    public static StackSecrets load(Path file) throws IOException {
        return new StackSecrets(read(file));
    }

    public String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** The INIT variables for the process that makes the first project. */
    public Map<String, String> initEnvironment() {
        Map<String, String> init = new TreeMap<>(values);
        init.keySet().removeAll(OURS);
        return init;
    }

    private static Map<String, String> initValues(Map<String, String> environment) {
        Map<String, String> given = new TreeMap<>();
        for (String name : INIT_NAMES) {
            for (String prefix : List.of("LANGFUSE_INIT_", PREFIX)) {
                String value = environment.getOrDefault(prefix + name, "");
                if (!value.isBlank()) {
                    given.put(PREFIX + name, value);
                }
            }
        }
        return given;
    }

    private static void forgetWhenChanged(
            Map<String, String> values, Map<String, String> given, String name, List<String> dependent) {
        if (given.containsKey(name) && values.containsKey(name) && !given.get(name).equals(values.get(name))) {
            values.keySet().removeAll(dependent);
        }
    }

    private static Map<String, String> developmentValues(String projectId) {
        return Map.of(
                PREFIX + "ORG_ID", "dev",
                PREFIX + "ORG_NAME", "Development",
                PROJECT_ID, projectId,
                PREFIX + "PROJECT_NAME", projectId.equals("dev") ? "Development" : projectId,
                PUBLIC_KEY, "pk-sl-" + projectId + "-" + randomHex(8),
                SECRET_KEY, "sk-sl-" + projectId + "-" + randomHex(20),
                USER_EMAIL, "dev@sightline.local",
                PREFIX + "USER_NAME", "Developer",
                USER_PASSWORD, randomHex(10));
    }

    private static String randomHex(int bytes) {
        return HexFormat.of().formatHex(randomBytes(bytes));
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> values = new TreeMap<>();
        if (Files.exists(file)) {
            Properties properties = new Properties();
            try (BufferedReader in = Files.newBufferedReader(file)) {
                properties.load(in);
            }
            properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        }
        return values;
    }

    private static void write(Path file, Map<String, String> values) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Properties properties = new Properties();
        properties.putAll(values);
        try (Writer out = Files.newBufferedWriter(fresh, StandardOpenOption.WRITE)) {
            properties.store(out, "Secrets of this local stack. Keep them to yourself.");
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
