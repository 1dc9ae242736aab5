package dev.sightline.storage.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** One numbered step of the schema, from {@code clickhouse/migrations}. Never edited once it has landed. */
record Migration(int version, String name, String sql) {
    /** A jar's folder can't be listed, so here is the list; a test holds it to the folder. */
    static final List<String> FILES = List.of(
            "0001_observations.sql",
            "0002_observation_content.sql",
            "0003_scores.sql",
            "0004_observations_by_minute.sql",
            "0005_messages.sql",
            "0006_ingest_outcomes.sql",
            "0007_search.sql",
            "0008_roll_ups_by_hour.sql",
            "0009_cheaper_merges.sql",
            "0010_scores_of_dataset_runs.sql",
            "0011_finer_granules.sql",
            "0012_percentiles_by_user.sql",
            "0013_words_without_hashes.sql");

    static List<Migration> all() {
        return FILES.stream().map(Migration::load).toList();
    }

    static int latestVersion() {
        return version(FILES.getLast());
    }

    private static int version(String file) {
        return Integer.parseInt(file.substring(0, 4));
    }

    private static Migration load(String file) {
        try (InputStream in = Migration.class.getResourceAsStream("/clickhouse/migrations/" + file)) {
            return new Migration(version(file), file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A statement ends with a semicolon at the end of a line. */
    List<String> statements() {
        return Arrays.stream(sql.split(";\\s*\\n")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    String checksum() {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
