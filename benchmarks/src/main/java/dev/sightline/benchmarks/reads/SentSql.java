package dev.sightline.benchmarks.reads;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SQL that query-service says it sent, from its log at level TRACE, with the values put in. */
final class SentSql {
    /** A log line, up to the next one: the statement, and its values in brackets. */
    private static final Pattern SENT = Pattern.compile(
            "TRACE +\\[[^]]*] (?:\\([^)]*\\) )?(SELECT .*?) \\[([^\\n]*)]\\s*(?=\\n\\S*\\d{4}-\\d\\d-\\d\\d|\\z)", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

    private final Path log;
    private long read;

    SentSql(Path log) throws IOException {
        this.log = log;
        this.read = Files.size(log);
    }

    /** What was sent since the last time. */
    List<String> take() throws IOException {
        byte[] all = Files.readAllBytes(log);
        String text = new String(all, (int) read, (int) (all.length - read), java.nio.charset.StandardCharsets.UTF_8);
        read = all.length;
        List<String> statements = new ArrayList<>();
        Matcher sent = SENT.matcher(text);
        while (sent.find()) {
            statements.add(filled(sent.group(1), sent.group(2).split(", ")));
        }
        return statements;
    }

    private static String filled(String sql, String[] values) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (char c : sql.toCharArray()) {
            if (c == '?') {
                String value = values[next++];
                text.append(NUMBER.matcher(value).matches() ? value : "'" + value.replace("\\", "\\\\")
                        .replace("'", "\\'") + "'");
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
