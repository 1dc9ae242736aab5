package dev.sightline.clickhouse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes back deduplication tokens of inserts that a kill -9 cut short, before the engine opens its data.
 *
 * <p>A MergeTree table with {@code non_replicated_deduplication_window} writes an insert's token to
 * {@code deduplication_logs/} and only then gives the part its final name. A process killed between the two has the
 * token but not the rows, and the same insert again would be dropped: acknowledged, and lost. Parts are committed one
 * at a time under one lock, so only the last part in a table's log can be affected. When neither that part nor one
 * that covers its blocks is there, this writes the engine's own DROP record for its tokens; the next insert with them
 * is then taken. A record that was cut in the middle is removed, so that later ones stay readable.
 *
 * <p>Must run while no engine has the folder open. Source of the format: MergeTreeDeduplicationLog of ClickHouse
 * ({@code 1 TAB part TAB token} adds, {@code 2 TAB part TAB token} drops).
 */
final class DeduplicationLogRepair {

    private static final Pattern LOG_FILE = Pattern.compile("deduplication_log_(\\d+)\\.txt");
    private static final Pattern PART = Pattern.compile("([^_].*?)_(\\d+)_(\\d+)_\\d+(?:_\\d+)?");

    private DeduplicationLogRepair() {
    }

    private record LogRecord(boolean add, String part, String token) {

        static LogRecord parse(String line) {
            String[] fields = line.split("\t", 3);
            return fields.length == 3 ? new LogRecord(fields[0].equals("1"), fields[1], fields[2]) : null;
        }
    }

    /**
     * Repairs every table under an engine's data folder.
     *
     * @return how many tokens were taken back
     */
    static int repair(Path data) throws IOException {
        Path store = data.resolve("store");
        if (!Files.isDirectory(store)) {
            return 0;
        }
        int repaired = 0;
        try (var logs = Files.find(store, 3, (path, attributes) -> attributes.isDirectory()
                && path.getFileName().toString().equals("deduplication_logs"))) {
            for (Path folder : logs.toList()) {
                repaired += repairTable(folder);
            }
        }
        return repaired;
    }

    private static int repairTable(Path logFolder) throws IOException {
        List<Path> files = logFiles(logFolder);
        var records = new ArrayList<LogRecord>();
        for (Path file : files) {
            cutTornRecord(file);
            for (String line : Files.readAllLines(file)) {
                LogRecord logRecord = LogRecord.parse(line);
                if (logRecord != null) {
                    records.add(logRecord);
                }
            }
        }
        List<LogRecord> last = lastAdded(records);
        if (last.isEmpty() || isThere(logFolder.getParent(), last.getFirst().part())) {
            return 0;
        }
        var drops = new StringBuilder();
        last.forEach(added -> drops.append("2\t").append(added.part()).append('\t').append(added.token()).append('\n'));
        try (var out = FileChannel.open(files.getLast(), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            out.write(ByteBuffer.wrap(drops.toString().getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        }
        return last.size();
    }

    private static List<Path> logFiles(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> LOG_FILE.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(DeduplicationLogRepair::number)).toList();
        }
    }

    private static long number(Path file) {
        Matcher matcher = LOG_FILE.matcher(file.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static void cutTornRecord(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end < bytes.length) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
                channel.force(true);
            }
        }
    }

    /** The tokens of the part that was added last and not dropped since. */
    private static List<LogRecord> lastAdded(List<LogRecord> records) {
        var added = new ArrayList<LogRecord>();
        for (LogRecord logRecord : records) {
            if (logRecord.add()) {
                if (!added.isEmpty() && !added.getFirst().part().equals(logRecord.part())) {
                    added.clear();
                }
                added.add(logRecord);
            } else {
                added.removeIf(earlier -> earlier.token().equals(logRecord.token()));
            }
        }
        return added;
    }

    private static boolean isThere(Path table, String part) throws IOException {
        Matcher wanted = PART.matcher(part);
        if (!wanted.matches()) {
            return true;
        }
        long min = Long.parseLong(wanted.group(2));
        long max = Long.parseLong(wanted.group(3));
        try (var folders = Files.list(table)) {
            return folders.map(folder -> PART.matcher(folder.getFileName().toString()))
                    .anyMatch(found -> found.matches() && found.group(1).equals(wanted.group(1))
                            && Long.parseLong(found.group(2)) <= min && Long.parseLong(found.group(3)) >= max);
        }
    }
}
