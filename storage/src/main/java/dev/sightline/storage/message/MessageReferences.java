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
    private MessageReferences() {
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
