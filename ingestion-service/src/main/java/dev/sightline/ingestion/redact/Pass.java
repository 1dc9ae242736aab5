package dev.sightline.ingestion.redact;

import dev.sightline.detectors.Finding;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** One pass over one observation: looks at its texts, replaces what the rules say, remembers kinds, counts and fields. */
final class Pass {
    private record Text(String field, Function<Observation, String> get,
                        BiConsumer<Observation.Builder, String> set) {
    }

    private record Texts(String field, Function<Observation, Map<String, String>> get,
                         BiConsumer<Observation.Builder, Map<String, String>> set) {
    }

    private static final List<Text> TEXTS = List.of(
            new Text("name", Observation::getName, Observation.Builder::setName),
            new Text("status_message", Observation::getStatusMessage, Observation.Builder::setStatusMessage),
            new Text("trace_name", Observation::getTraceName, Observation.Builder::setTraceName),
            new Text("model_parameters", Observation::getModelParameters, Observation.Builder::setModelParameters),
            new Text("input", Observation::getInput, Observation.Builder::setInput),
            new Text("output", Observation::getOutput, Observation.Builder::setOutput),
            new Text("tool_definitions", Observation::getToolDefinitions, Observation.Builder::setToolDefinitions),
            new Text("experiment_expected_output", Observation::getExperimentExpectedOutput,
                    Observation.Builder::setExperimentExpectedOutput));

    /** Identifiers that group what belongs to one person: they stay the same for the same person. */
    private static final List<Text> PERSONS = List.of(
            new Text("user_id", Observation::getUserId, Observation.Builder::setUserId),
            new Text("session_id", Observation::getSessionId, Observation.Builder::setSessionId));

    private static final List<Texts> MAPS = List.of(
            new Texts("metadata", Observation::getMetadataMap,
                    (observation, map) -> observation.clearMetadata().putAllMetadata(map)),
            new Texts("attributes", Observation::getAttributesMap,
                    (observation, map) -> observation.clearAttributes().putAllAttributes(map)),
            new Texts("resource_attributes", Observation::getResourceAttributesMap,
                    (observation, map) -> observation.clearResourceAttributes().putAllResourceAttributes(map)));

    private static final int LABELLED_CHARS_MAX = 200;
    private static final String LABEL_END = ": ";

    private final Rules rules;
    private final Pseudonyms pseudonyms;
    /** How many of each kind in each field. */
    private final Map<String, Map<String, Integer>> found = new TreeMap<>();

    Pass(Rules rules, Pseudonyms pseudonyms) {
        this.rules = rules;
        this.pseudonyms = pseudonyms;
    }

    /** The observation with its texts replaced, or null where nothing was found and nothing has to change. */
    Observation.Builder over(Observation observation) {
        Observation.Builder changed = null;
        for (Text text : TEXTS) {
            String before = text.get().apply(observation);
            String after = text(text.field(), before);
            if (after != before) {
                changed = changed == null ? observation.toBuilder() : changed;
                text.set().accept(changed, after);
            }
        }
        for (Text text : PERSONS) {
            String before = text.get().apply(observation);
            String after = person(text.field(), before);
            if (after != before) {
                changed = changed == null ? observation.toBuilder() : changed;
                text.set().accept(changed, after);
            }
        }
        for (Texts texts : MAPS) {
            Map<String, String> before = texts.get().apply(observation);
            Map<String, String> after = map(texts.field(), before);
            if (after != before) {
                changed = changed == null ? observation.toBuilder() : changed;
                texts.set().accept(changed, after);
            }
        }
        for (int i = 0; i < observation.getTagsCount(); i++) {
            String before = observation.getTags(i);
            String after = text("tags", before);
            if (after != before) {
                changed = changed == null ? observation.toBuilder() : changed;
                changed.setTags(i, after);
            }
        }
        for (int i = 0; i < observation.getEventsCount(); i++) {
            Event event = observation.getEvents(i);
            String nameBefore = event.getName();
            String name = text("events", nameBefore);
            Map<String, String> before = event.getAttributesMap();
            Map<String, String> after = map("events", before);
            if (name != nameBefore || after != before) {
                changed = changed == null ? observation.toBuilder() : changed;
                changed.setEvents(i, event.toBuilder().setName(name).clearAttributes().putAllAttributes(after));
            }
        }
        for (int i = 0; i < observation.getLinksCount(); i++) {
            Link link = observation.getLinks(i);
            Map<String, String> before = link.getAttributesMap();
            Map<String, String> after = map("links", before);
            if (after != before) {
                changed = changed == null ? observation.toBuilder() : changed;
                changed.setLinks(i, link.toBuilder().clearAttributes().putAllAttributes(after));
            }
        }
        return changed == null && !found.isEmpty() ? observation.toBuilder() : changed;
    }

    /** How many of each kind. */
    Map<String, Integer> findings() {
        if (found.isEmpty()) {
            return Map.of();
        }
        Map<String, Integer> counts = new TreeMap<>();
        found.forEach((kind, fields) -> counts.put(kind, sum(fields)));
        return counts;
    }

    /** Puts what was found into the metadata: an entry a kind. */
    void audit(Observation.Builder observation) {
        found.forEach((kind, fields) -> observation.putMetadata(Redactor.AUDIT_PREFIX + kind,
                "{\"count\":" + sum(fields) + ",\"fields\":[\"" + String.join("\",\"", fields.keySet()) + "\"]}"));
    }

    /** The same with an entry a kind and field; false where there is none. */
    boolean auditByField(Observation.Builder observation) {
        found.forEach((kind, fields) -> fields.forEach((field, count) ->
                observation.putMetadata(Redactor.AUDIT_PREFIX + kind + '.' + field,
                        "{\"count\":" + count + ",\"fields\":[\"" + field + "\"]}")));
        return !found.isEmpty();
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private List<Finding> find(String field, String text) {
        List<Finding> findings = text.isEmpty() ? List.of() : rules.detector().find(text);
        for (Finding finding : findings) {
            note(field, finding);
        }
        return findings;
    }

    private void note(String field, Finding finding) {
        found.computeIfAbsent(finding.kind(), _ -> new TreeMap<>()).merge(field, 1, Integer::sum);
    }

    private String text(String field, String text) {
        List<Finding> findings = find(field, text);
        return findings.isEmpty() || !rules.replace() ? text : Replacement.in(text, findings);
    }

    private String person(String field, String id) {
        List<Finding> findings = find(field, id);
        if (findings.isEmpty() || !rules.replace()) {
            return id;
        }
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        for (Finding finding : findings) {
            replaced.append(id, from, finding.start()).append("[REDACTED:").append(finding.kind()).append(':')
                    .append(pseudonyms.of(id.substring(finding.start(), finding.end()))).append(']');
            from = finding.end();
        }
        return replaced.append(id, from, id.length()).toString();
    }

    /** The same map where nothing changes. Keys are senders' texts too; two that become alike are numbered. */
    private Map<String, String> map(String field, Map<String, String> map) {
        Map<String, String> changed = null;
        Map<String, Integer> alike = new HashMap<>();
        int unchanged = 0;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            String before = entry.getKey();
            boolean forged = field.equals("metadata") && before.startsWith(Redactor.AUDIT_PREFIX);
            String key = forged ? before : text(field, before);
            String value = forged ? "" : value(field, before, entry.getValue());
            if (changed == null && !forged && key == before && value == entry.getValue()) {
                unchanged++;
                continue;
            }
            if (changed == null) {
                changed = new LinkedHashMap<>();
                for (Map.Entry<String, String> earlier : map.entrySet()) {
                    if (changed.size() == unchanged) {
                        break;
                    }
                    changed.put(earlier.getKey(), earlier.getValue());
                }
            }
            if (!forged) {
                String free = key;
                while (changed.containsKey(free)) {
                    free = key + ' ' + (alike.merge(key, 1, Integer::sum) + 1);
                }
                changed.put(free, value);
            }
        }
        return changed == null ? map : changed;
    }

    /** A short value is looked at behind its key, which may say what the value is. */
    private String value(String field, String key, String value) {
        if (value.length() > LABELLED_CHARS_MAX || !rules.detector().mayHold(value)) {
            return text(field, value);
        }
        int label = key.length() + LABEL_END.length();
        List<Finding> own = new ArrayList<>();
        for (Finding finding : rules.detector().find(key + LABEL_END + value)) {
            if (finding.end() > label) {
                own.add(new Finding(finding.kind(), Math.max(0, finding.start() - label), finding.end() - label,
                        finding.score(), finding.rule()));
                note(field, finding);
            }
        }
        return own.isEmpty() || !rules.replace() ? value : Replacement.in(value, own);
    }
}
