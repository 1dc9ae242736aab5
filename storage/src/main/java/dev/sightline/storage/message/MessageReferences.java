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
     * SQL that does in the engine what {@link #assemble} does for one text. Written so that no lambda carries the bodies
     * with it, which the engine would copy for each element: its cost is linear in what comes out.
     *
     * @param text the column; its row has {@link #HASHES_AND_BODIES} of its trace as {@code row.hashes}, {@code row.bodies}
     */
    public static String assembled(String row, String text) {
        String stored = row + "." + text;
        String parts = "splitByRegexp(" + REFERENCE + ", " + stored + ")";
        String references = "extractAll(" + stored + ", " + REFERENCE + ")";
        return "if(position(" + stored + ", char(" + StoredText.MARK + ")) = 0, " + stored
                + ", arrayStringConcat(arrayMap(p -> p.2, arraySort(p -> p.1, arrayConcat("
                + "arrayMap((part, i) -> (2 * i, part), " + parts + ", arrayEnumerate(" + parts + ")), "
                + "arrayFlatten(arrayMap((h, body) -> arrayMap(i -> (2 * i + 1, body), arrayFilter((i, r) -> r = h, "
                + "arrayEnumerate(" + references + "), " + references + ")), " + row + ".hashes, " + row + ".bodies)), "
                + "arrayMap(p -> (2 * p.1 + 1, if(p.2 = char(" + StoredText.MARK + "), p.2, '" + StoredText.MISSING
                + "')), arrayFilter(p -> NOT has(" + row + ".hashes, p.2), arrayZip(arrayEnumerate(" + references + "), "
                + references + "))))))))";
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
