package dev.sightline.detectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with what is in it. Places are indices into the String. */
record Labelled(String text, List<Span> spans) {
    record Span(String kind, int start, int end) {
    }

    private static final Pattern MARK = Pattern.compile("\\{\\{([a-z_]+)\\|(.*?)}}", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The committed texts: one a line, what is in it marked as {{kind|value}}, \n for a line end, # for a
     * comment. A ~~ stands for nothing: it keeps made-up keys from being taken for real ones by scanners of repositories.
     */
    static List<Labelled> fixture() throws IOException {
        try (var stream = Labelled.class.getResourceAsStream("/labelled.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(Labelled::marked).toList();
        }
    }

    static Labelled marked(String line) {
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        String source = line.replace("\\n", "\n").replace("~~", "");
        Matcher mark = MARK.matcher(source);
        int from = 0;
        while (mark.find()) {
            text.append(source, from, mark.start());
            spans.add(new Span(mark.group(1), text.length(), text.length() + mark.group(2).length()));
            text.append(mark.group(2));
            from = mark.end();
        }
        return new Labelled(text.append(source.substring(from)).toString(), spans);
    }

    /** JSON lines with text and spans, whose places count code points. */
    static List<Labelled> jsonLines(Path file) throws IOException {
        List<Labelled> documents = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode document = JSON.readTree(line);
            String text = document.get("text").asText();
            List<Span> spans = new ArrayList<>();
            for (JsonNode span : document.get("spans")) {
                spans.add(new Span(span.get("type").asText().toLowerCase(Locale.ROOT),
                        text.offsetByCodePoints(0, span.get("start").asInt()),
                        text.offsetByCodePoints(0, span.get("end").asInt())));
            }
            documents.add(new Labelled(text, spans));
        }
        return documents;
    }
}
