package dev.sightline.storage.message;

import dev.sightline.proto.observation.v1.Observation;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The reading side: what rows of `observation_content` refer to, and how the texts are put together again. Whoever
 * reads such rows has to do both before anyone sees them.
 */
public final class MessageReferences {
    /** Over rows of `messages`, each once: what {@link #assembled} looks a message up in. */
    public static final String HASHES_AND_BODIES = "groupArray(base64URLEncode(hash)) AS hashes, groupArray(body) AS bodies";
    /** A reference or a doubled mark, as ClickHouse's regular expression; the group is what follows the mark. */
    private static final String REFERENCE = "'\\\\x%02x(\\\\x%<02x|[\\\\w-]{%d})'"
            .formatted(StoredText.MARK, StoredText.HASH_CHARS);

    private MessageReferences() {
    }

    /**
     * SQL of what a column says itself, with a blank for what only stands for messages, so that no hash is ever found. The
     * text indexes of `observation_content` are of this expression, letter by letter: with the hashes among their words
     * they would grow with every message, and so would each search.
     */
    public static String withoutReferences(String column) {
        return "replaceRegexpAll(" + column + ", " + REFERENCE + ", ' ')";
    }

    /**
     * SQL that does in the engine what {@link #assemble} does for one text: what stands between references gets the even
     * places, messages and doubled marks the odd ones, and all are joined by place. Written so that no lambda carries the
     * bodies with it, which the engine would copy for each element: its cost is linear in what comes out.
     *
     * @param text the column; its row has {@link #HASHES_AND_BODIES} of its trace as {@code row.hashes}, {@code row.bodies}
     */
    public static String assembled(String row, String text) {
        String stored = row + "." + text;
        return """
                if(position(%1$s, char(%5$d)) = 0, %1$s, arrayStringConcat(arrayMap(p -> p.2, arraySort(p -> p.1, arrayConcat(
                    arrayMap((part, i) -> (2 * i, part), %2$s, arrayEnumerate(%2$s)),
                    arrayFlatten(arrayMap((h, body) -> arrayMap(i -> (2 * i + 1, body),
                        arrayFilter((i, r) -> r = h, arrayEnumerate(%3$s), %3$s)), %4$s.hashes, %4$s.bodies)),
                    arrayMap(p -> (2 * p.1 + 1, if(p.2 = char(%5$d), p.2, '%6$s')),
                        arrayFilter(p -> NOT has(%4$s.hashes, p.2), arrayZip(arrayEnumerate(%3$s), %3$s)))
                )))))""".formatted(stored, "splitByRegexp(" + REFERENCE + ", " + stored + ")",
                "extractAll(" + stored + ", " + REFERENCE + ")", row, StoredText.MARK, StoredText.MISSING);
    }

    /** The hashes of all messages that the observations refer to, in lower-case hexadecimal. */
    public static Set<String> hashes(Collection<Observation.Builder> observations) {
        Set<String> hashes = new LinkedHashSet<>();
        for (Observation.Builder observation : observations) {
            StoredText.addHashes(observation.getInput(), hashes);
            StoredText.addHashes(observation.getOutput(), hashes);
            StoredText.addHashes(observation.getToolDefinitions(), hashes);
        }
        return hashes;
    }

    /**
     * Gives the observation its content as it was sent. A message that is not there (its trace is being deleted) leaves
     * the JSON text "[message no longer stored]" in its place.
     *
     * @param bodies what the messages say, by their hashes in lower-case hexadecimal
     */
    public static void assemble(Observation.Builder observation, Map<String, String> bodies) {
        observation.setInput(StoredText.assemble(observation.getInput(), bodies))
                .setOutput(StoredText.assemble(observation.getOutput(), bodies))
                .setToolDefinitions(StoredText.assemble(observation.getToolDefinitions(), bodies));
    }
}
