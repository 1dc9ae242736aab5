package dev.sightline.evaluator.catalog;

import dev.sightline.evaluator.judge.TemplatePrompt;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The judge templates in the box. Each is a file under {@code templates/}: lines of {@code key: value} and of
 * {@code variable = object field} (with a question mark behind where it may be missing), an empty line, the prompt. Change
 * {@link #VERSION} when a prompt changes its meaning.
 */
public final class ShippedTemplates {
    /** What their names begin with. */
    public static final String PREFIX = "sightline/";
    private static final int VERSION = 1;
    private static final List<String> NAMES = List.of("relevance", "correctness", "faithfulness", "context-relevance",
            "context-recall", "helpfulness", "conciseness", "toxicity", "tone", "refusal", "goal-reached", "tool-choice",
            "tool-arguments", "plan-kept", "loop-detected", "conversation-resolved");
    private static final List<Template> ALL = NAMES.stream().map(ShippedTemplates::read).toList();

    private ShippedTemplates() {
    }

    public static List<Template> all() {
        return ALL;
    }

    public static Optional<Template> find(String name) {
        return ALL.stream().filter(template -> template.getName().equals(name)).findFirst();
    }

    private static Template read(String name) {
        String file = text("/templates/" + name + ".txt");
        int empty = file.indexOf("\n\n");
        String prompt = file.substring(empty).strip();
        Template.Builder template = Template.newBuilder().setName(PREFIX + name).setVersion(VERSION).setShipped(true)
                .setPrompt(prompt).addAllVariables(TemplatePrompt.variables(prompt));
        file.substring(0, empty).lines().forEach(line -> header(template, line));
        if (template.getScoreType().equals("numeric")) {
            template.setScoreMin(0).setScoreMax(1);
        }
        return template.build();
    }

    private static void header(Template.Builder template, String line) {
        String[] mapping = line.split(" = ", 2);
        if (mapping.length == 2) {
            String[] source = mapping[1].split(" ");
            template.addMapping(VariableMapping.newBuilder().setVariable(mapping[0]).setObject(source[0])
                    .setField(source[1]).setOptional(source.length > 2));
            return;
        }
        String[] entry = line.split(": ", 2);
        switch (entry[0]) {
            case "description" -> template.setDescription(entry[1]);
            case "target" -> template.setTarget(entry[1]);
            case "score_type" -> template.setScoreType(entry[1]);
            case "categories" -> template.addAllCategories(Arrays.asList(entry[1].split(", ")));
            default -> throw new IllegalStateException("a shipped template has a line that is not known: " + line);
        }
    }

    private static String text(String path) {
        try (InputStream in = ShippedTemplates.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
