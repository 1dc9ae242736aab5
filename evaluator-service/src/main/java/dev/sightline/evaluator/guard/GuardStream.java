package dev.sightline.evaluator.guard;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.guard.GuardCheck.CodePoints;
import dev.sightline.evaluator.guard.Inspection.Hit;
import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.CheckStreamResponse;
import dev.sightline.proto.guard.v1.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One text that is still being written. Each piece is looked at together with what is held back and a bounded part of
 * what was passed on before it, so the work for a piece is bounded however long the text becomes. Passed on is all but
 * the last few characters, the word that is still being written, and a finding that reaches into them. A finding that is
 * only recognised when its beginning has been passed on is reported all the same, and what is left of it taken out. Not
 * thread-safe.
 */
final class GuardStream {
    /** Text without any blank is passed on all the same beyond this. */
    private static final int WORD_CHARS_MAX = 512;

    private record Place(String kind, int start) {
    }

    private final GuardCheck guard;
    private final GuardConfig config;
    private final CompiledPolicy policy;
    private final CheckRequest start;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Place> reported = new HashSet<>();
    /** All of the text as it was sent: findings are counted in it, and it is what is recorded. */
    private final StringBuilder text = new StringBuilder();
    private int passed;
    private boolean contextSeen;
    /** Where looking began last, and how many code points stand before it. */
    private int from;
    private int codePointsBefore;
    private Action action = Action.ALLOW;
    private String failure = "";

    GuardStream(GuardCheck guard, GuardConfig config, CompiledPolicy policy, CheckRequest start) {
        this.guard = guard;
        this.config = config;
        this.policy = policy;
        this.start = start;
    }

    /** Takes the next piece; {@code last} when none follows. Throws PAYLOAD_TOO_LARGE. */
    CheckStreamResponse add(String piece, boolean last, Duration left) {
        long began = System.nanoTime();
        if (text.length() + piece.length() > config.textCharactersMax()) {
            throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE,
                    "text: is longer than " + config.textCharactersMax() + " characters");
        }
        text.append(piece);
        int next = wholeCharacter(Math.max(from, passed - config.streamContextCharacters()));
        codePointsBefore += text.codePointCount(from, next);
        from = next;
        String seen = last ? text.toString() : text.substring(from);
        int offset = last ? 0 : from;
        Inspection inspection = guard.inspect(policy, start, seen, contextSeen ? "" : start.getContext(), !last,
                guard.deadline(policy, began, left));
        contextSeen = true;
        failure = inspection.complete() ? failure : "deadline";
        int end = last ? text.length() : boundary(inspection.hits());
        List<Hit> touching = inspection.hits().stream().filter(hit -> hit.inContext()
                || hit.finding().end() + offset > passed && hit.finding().start() + offset < end
                || last && isBudget(hit)).toList();
        CheckStreamResponse.Builder answer = CheckStreamResponse.newBuilder();
        String piecePassed = report(touching, seen, offset, end, answer);
        action = action.heavier(GuardCheck.decided(policy, new Inspection(touching, inspection.complete())));
        boolean dryRun = policy.policy().getDryRun();
        boolean blocked = action == Action.BLOCK && !dryRun;
        if (!blocked) {
            answer.setText(dryRun ? text.substring(passed, end) : piecePassed);
            passed = end;
        }
        return answer.setAction((dryRun ? Action.ALLOW : action).slug()).setDryRun(dryRun)
                .setDryRunAction(dryRun ? action.slug() : "").setDone(last || blocked).setFailure(failure)
                .setPolicy(policy.policy().getName()).setPolicyVersion(policy.policy().getVersion())
                .setDurationMs(GuardCheck.milliseconds(System.nanoTime() - began)).build();
    }

    private static boolean isBudget(Hit hit) {
        return hit.finding().rule().startsWith("over-");
    }

    /** Notes the findings that are new; gives the text from {@code passed} to {@code end} without what is taken out. */
    private String report(List<Hit> hits, String seen, int offset, int end, CheckStreamResponse.Builder answer) {
        StringBuilder out = new StringBuilder();
        int copied = passed;
        CodePoints inText = new CodePoints(seen);
        CodePoints inContext = new CodePoints(start.getContext());
        for (Hit hit : hits) {
            int foundAt = hit.finding().start() + offset;
            boolean isNew = reported.add(new Place((hit.inContext() ? "context " : "") + hit.finding().kind(), foundAt));
            if (isNew) {
                Finding found = hit.inContext() ? GuardCheck.finding(hit, inContext, 0)
                        : GuardCheck.finding(hit, inText, offset == 0 ? 0 : codePointsBefore);
                findings.add(found);
                answer.addFindings(found);
            }
            if (hit.action() == Action.REDACT && !hit.inContext()) {
                int cutFrom = Math.max(copied, Math.min(foundAt, end));
                out.append(text, copied, cutFrom);
                boolean begins = foundAt >= copied || isNew;
                out.append(begins ? "[REDACTED:" + hit.finding().kind() + "]" : "");
                copied = Math.max(cutFrom, Math.min(end, hit.finding().end() + offset));
            }
        }
        return out.append(text, copied, end).toString();
    }

    /** The check as a whole, to be recorded. */
    CheckResponse whole() {
        boolean dryRun = policy.policy().getDryRun();
        return CheckResponse.newBuilder().setAction((dryRun ? Action.ALLOW : action).slug()).setDryRun(dryRun)
                .setDryRunAction(dryRun ? action.slug() : "").addAllFindings(findings).setFailure(failure)
                .setPolicy(policy.policy().getName()).setPolicyVersion(policy.policy().getVersion()).build();
    }

    CheckRequest request() {
        return start.toBuilder().setText(text.toString()).build();
    }

    /** Up to where nothing can become a finding any more, as far as what is held back can tell. */
    private int boundary(List<Hit> hits) {
        int end = Math.max(passed, text.length() - config.streamHeldBackCharacters());
        int word = end;
        while (word > passed && end - word < WORD_CHARS_MAX && !Character.isWhitespace(text.charAt(word - 1))) {
            word--;
        }
        end = end - word < WORD_CHARS_MAX ? word : end;
        for (Hit hit : hits.reversed()) {
            int foundAt = hit.finding().start() + from;
            if (!hit.inContext() && foundAt >= passed && foundAt < end && hit.finding().end() + from > end) {
                end = foundAt;
            }
        }
        return wholeCharacter(end);
    }

    private int wholeCharacter(int place) {
        return place > 0 && place < text.length() && Character.isLowSurrogate(text.charAt(place))
                && Character.isHighSurrogate(text.charAt(place - 1)) ? place - 1 : place;
    }
}
