package dev.sightline.benchmarks.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.detectors.guard.InjectionDetector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The labelled prompts that the guard is measured with, and those that it learns from. */
final class Prompts {
    /** One labelled prompt. */
    record Prompt(String text, String label) {
        boolean isAttack() {
            return label.equals("injection");
        }

        boolean isIndirect() {
            return label.startsWith("indirect");
        }
    }

    private static final Path ROOT = Path.of(System.getProperty("sightline.root"));

    private Prompts() {
    }

    /** The development data: attacks, attacks to be placed in pages, benign prompts, benign ones with trigger words. */
    static List<Prompt> development(Path data) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Prompt> prompts = new ArrayList<>();
        for (String line : Files.readAllLines(data.resolve("guard/prompts.jsonl"))) {
            JsonNode prompt = json.readTree(line);
            prompts.add(new Prompt(prompt.path("text").asText(), prompt.path("label").asText()));
        }
        return prompts;
    }

    /** Our own attacks, and texts that only look like some. */
    static List<Prompt> own() throws IOException {
        Path texts = ROOT.resolve("detectors/src/test/resources/guard");
        return Stream.concat(
                Files.readAllLines(texts.resolve("attacks.txt")).stream().map(line -> new Prompt(line, "injection")),
                Files.readAllLines(texts.resolve("benign.txt")).stream().map(line -> new Prompt(line, "benign-hard")))
                .toList();
    }

    /** What people ask of an assistant, also in the words of attacks. */
    static List<Prompt> ordinary() throws IOException {
        return lines("ordinary-requests.txt", "benign");
    }

    /** Written after rules and weights, and never used to change either. */
    static List<Prompt> unseen() throws IOException {
        return Stream.concat(lines("unseen-attacks.txt", "injection").stream(),
                lines("unseen-requests.txt", "benign-hard").stream()).toList();
    }

    /** The same again, written later; never used to change anything either. */
    static List<Prompt> unseenSecond() throws IOException {
        return Stream.concat(lines("unseen2-attacks.txt", "injection").stream(),
                lines("unseen2-requests.txt", "benign-hard").stream()).toList();
    }

    /** Everything that the guard learns from; the label names the group, and holds "injection" for what is an attack. */
    static List<Prompt> training(Path data) throws IOException {
        InjectionDetector rules = new InjectionDetector();
        List<Prompt> training = new ArrayList<>();
        for (Prompt prompt : development(data)) {
            // A plain request is an attack by its place alone: as a prompt it is what people ask for.
            boolean isAttack = prompt.isAttack() || prompt.isIndirect();
            if (!isAttack || !rules.findByIntent(prompt.text()).isEmpty()) {
                training.add(new Prompt(prompt.text(), prompt.isIndirect() ? "indirect injection" : prompt.label()));
            }
        }
        own().forEach(prompt -> training.add(new Prompt(prompt.text(), "own " + prompt.label())));
        ordinary().forEach(prompt -> training.add(new Prompt(prompt.text(), "ordinary")));
        learned().forEach(prompt -> training.add(new Prompt(prompt.text(), "learned " + prompt.label())));
        return training;
    }

    /** Written to learn from, and for nothing else; a file for each kind, a text on each line, comments after #. */
    static List<Prompt> learned() throws IOException {
        Path learned = ROOT.resolve("benchmarks/src/main/resources/guard/learned");
        List<Prompt> prompts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(learned)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String label = file.startsWith(learned.resolve("attacks")) ? "injection" : "benign";
                Files.readAllLines(file).stream().filter(line -> !line.startsWith("#"))
                        .forEach(line -> prompts.add(new Prompt(line, label)));
            }
        }
        return prompts;
    }

    private static List<Prompt> lines(String resource, String label) throws IOException {
        try (InputStream file = Prompts.class.getResourceAsStream("/guard/" + resource)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> new Prompt(line, label)).toList();
        }
    }

    /** Paragraphs of our documentation: prose that nothing was trained on. */
    static List<String> documentation() throws IOException {
        List<String> paragraphs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md") && !path.endsWith("guard.md"))
                    .sorted().toList()) {
                Stream.of(Files.readString(file).split("\n\n+")).filter(text -> text.length() > 80
                        && !text.startsWith("|")).forEach(paragraphs::add);
            }
        }
        return paragraphs;
    }
}
