package dev.sightline.evaluator.trace;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a trace was about: the user's question and the final answer, both not blank, and the root span that evaluations
 * link to. The rule: the latest root (a span without a parent in this trace) that has both wins. A root's question is
 * the last user message of its own input, else of the first generation's input beneath it; its answer is its own
 * output, else the last output of a generation beneath it that holds text. When no root has both, the whole trace is
 * taken as one. Embedding, tool, retriever, guardrail, evaluator and event spans neither ask nor answer.
 */
public record Turn(String question, String answer, ByteString rootSpanId, String environment) {
    /** Questions and answers are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "Turn[questionCharacters=" + question.length() + ", answerCharacters=" + answer.length() + "]";
    }

    /** What {@link #find} gives: a turn, or the reason why there is none, fit for a metric's label. */
    public sealed interface Search {
        record Found(Turn turn) implements Search {
        }

        record None(String reason) implements Search {
        }
    }

    /** Looks for the turn in a trace's observations, in any order. */
    public static Search find(List<Observation> observations) {
        List<Observation> spans = observations.stream().filter(Turn::converses)
                .sorted(Comparator.comparingLong(Observation::getStartUnixNano)).toList();
        if (spans.isEmpty()) {
            return new Search.None("no-conversation");
        }
        List<Observation> roots = roots(observations, spans);
        Map<ByteString, List<Observation>> children = childrenByParent(observations);
        for (Observation root : roots.reversed()) {
            List<Observation> members = subtree(root, children);
            String question = question(root, members);
            String answer = question.isEmpty() ? "" : answer(root, members);
            if (!answer.isEmpty()) {
                return found(question, answer, root);
            }
        }
        Observation first = roots.isEmpty() ? spans.getFirst() : roots.getFirst();
        String question = question(first, spans);
        if (question.isEmpty()) {
            return new Search.None("no-question");
        }
        String answer = answer(roots.isEmpty() ? spans.getLast() : roots.getLast(), spans);
        return answer.isEmpty() ? new Search.None("no-answer") : found(question, answer, first);
    }

    private static Search found(String question, String answer, Observation root) {
        return new Search.Found(new Turn(question, answer, root.getSpanId(), root.getEnvironment()));
    }

    private static String question(Observation root, List<Observation> members) {
        String question = Messages.question(root.getInput());
        for (int i = 0; i < members.size() && question.isEmpty(); i++) {
            if (members.get(i).getType() == ObservationType.GENERATION) {
                question = Messages.question(members.get(i).getInput());
            }
        }
        return question;
    }

    private static String answer(Observation root, List<Observation> members) {
        String answer = Messages.answer(root.getOutput());
        if (!answer.isEmpty()) {
            return answer;
        }
        List<Observation> generations = members.stream().filter(o -> o.getType() == ObservationType.GENERATION)
                .sorted(Comparator.comparingLong(Observation::getEndUnixNano)).toList();
        for (int i = generations.size() - 1; i >= 0 && answer.isEmpty(); i--) {
            answer = Messages.answer(generations.get(i).getOutput());
        }
        return answer;
    }

    private static boolean converses(Observation observation) {
        return switch (observation.getType()) {
            case OBSERVATION_TYPE_UNSPECIFIED, UNRECOGNIZED, SPAN, GENERATION, AGENT, CHAIN -> true;
            case EVENT, TOOL, RETRIEVER, EVALUATOR, EMBEDDING, GUARDRAIL -> false;
        };
    }

    private static List<Observation> roots(List<Observation> all, List<Observation> spans) {
        Set<ByteString> spanIds = new HashSet<>();
        all.forEach(o -> spanIds.add(o.getSpanId()));
        return spans.stream().filter(o -> !spanIds.contains(o.getParentSpanId())).toList();
    }

    private static Map<ByteString, List<Observation>> childrenByParent(List<Observation> all) {
        Map<ByteString, List<Observation>> children = new HashMap<>();
        all.forEach(o -> children.computeIfAbsent(o.getParentSpanId(), id -> new ArrayList<>()).add(o));
        return children;
    }

    /** An observation and what is beneath it, by start. */
    public static List<Observation> subtree(Observation root, List<Observation> all) {
        return subtree(root, childrenByParent(all));
    }

    private static List<Observation> subtree(Observation root, Map<ByteString, List<Observation>> children) {
        Set<ByteString> seen = new HashSet<>(Set.of(root.getSpanId()));
        List<Observation> members = new ArrayList<>(List.of(root));
        for (int i = 0; i < members.size(); i++) {
            for (Observation child : children.getOrDefault(members.get(i).getSpanId(), List.of())) {
                if (seen.add(child.getSpanId())) {
                    members.add(child);
                }
            }
        }
        members.sort(Comparator.comparingLong(Observation::getStartUnixNano));
        return members;
    }
}
