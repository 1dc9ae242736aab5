package dev.sightline.query.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what the measures of a query are made of, each part once, and gives them their names in its SQL. */
final class Parts {
    private final Map<String, Part> byName = new LinkedHashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private final boolean agentsCount;
    private final String seconds;

    /**
     * @param agentsCount whether an agent's tokens and cost are asked for and not left out as repetition
     * @param seconds     SQL of the seconds of a row's step
     */
    Parts(boolean agentsCount, String seconds) {
        this.agentsCount = agentsCount;
        this.seconds = seconds;
    }

    /** The name under which the part's sum stands; of counts, the beginning of the names of two arrays. */
    String of(Part part) {
        byName.putIfAbsent(part.name(), part);
        return aliases.computeIfAbsent(part.name(), _ -> "p" + aliases.size());
    }

    /**
     * Which observations count in sums of tokens and cost: an agent's span repeats what the calls below it say, so it
     * is left out, unless the query tells types or agents apart.
     */
    String calls() {
        return agentsCount ? "1" : "type != 'agent'";
    }

    String seconds() {
        return seconds;
    }

    List<Part> all() {
        return List.copyOf(byName.values());
    }
}
