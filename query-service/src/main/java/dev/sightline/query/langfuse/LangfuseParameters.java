package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.trace.Parameters;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** Query parameters that several of Langfuse's lists have, made into values; every error names the parameter. */
final class LangfuseParameters {
    private LangfuseParameters() {
    }

    static boolean flag(String parameter, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ServiceException.invalid(parameter, "must be true or false");
        };
    }

    /** A comma list of names out of {@code known}; {@code otherwise} where none is given. */
    static Set<String> names(String parameter, String commaList, Collection<String> known, Set<String> otherwise) {
        return Parameters.text(commaList).map(list -> {
            Set<String> names = new LinkedHashSet<>();
            Arrays.stream(list.split(",")).map(String::strip).filter(name -> !name.isEmpty()).forEach(names::add);
            if (!known.containsAll(names)) {
                throw ServiceException.invalid(parameter, "is a comma list of " + String.join(", ", known));
            }
            return names;
        }).orElse(otherwise);
    }
}
