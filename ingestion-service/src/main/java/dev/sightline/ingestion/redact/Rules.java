package dev.sightline.ingestion.redact;

import dev.sightline.detectors.CustomPattern;
import dev.sightline.detectors.Detector;
import dev.sightline.detectors.Kind;
import dev.sightline.proto.control.v1.Redaction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A project's redaction settings, ready to run. What can't be run is skipped: settings never break ingestion. */
record Rules(boolean replace, Detector detector) {
    /** @param skipped takes why something in the settings is not run, from a fixed list */
    static Rules of(Redaction settings, int patternsMax, Consumer<String> skipped) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        List<String> names = settings.getKindsList();
        for (String name : names) {
            Kind kind = Kind.of(name);
            if (kind != null) {
                kinds.add(kind);
            } else if (settings.getPatternsList().stream().noneMatch(pattern -> pattern.getKind().equals(name))) {
                skipped.accept("unknown-kind");
            }
        }
        List<CustomPattern> patterns = new ArrayList<>();
        settings.getPatternsList().forEach(custom -> {
            if (patterns.size() == patternsMax) {
                skipped.accept("too-many-patterns");
                return;
            }
            try {
                patterns.add(CustomPattern.of(custom.getKind(), custom.getPattern()));
            } catch (IllegalArgumentException _) {
                skipped.accept("invalid-pattern");
            }
        });
        return new Rules(settings.getMode() == Redaction.Mode.REDACT,
                Detector.of(names.isEmpty() ? EnumSet.allOf(Kind.class) : kinds, patterns));
    }
}
