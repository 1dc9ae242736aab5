package dev.sightline.evaluator.scorer;

import dev.sightline.base.auth.DerivedKey;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.relevance.MiniLm;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The scorers in the box, by name. */
@Singleton
public class Scorers {
    private final Map<String, Scorer> byName = new LinkedHashMap<>();
    private final Remote remote;

    public Scorers(MiniLm miniLm, DerivedKey keys, RemoteConfig remoteConfig) {
        remote = new Remote(keys, remoteConfig);
        List<Scorer> all = new ArrayList<>(List.of(new SupportScorer(miniLm), new Similarity(miniLm)));
        all.addAll(TextScorers.all());
        all.addAll(List.of(new JsonValidity(), new Expression(), remote));
        all.forEach(scorer -> byName.put(scorer.info().getName(), scorer));
    }

    public List<ScorerInfo> all() {
        return byName.values().stream().map(Scorer::info).toList();
    }

    public Optional<Scorer> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Throws INVALID_ARGUMENT for a scorer that is not known and for parameters that it can't use. */
    public void check(dev.sightline.proto.evaluator.v1.Scorer given) {
        find(given.getName()).orElseThrow(() -> ServiceException.invalid("scorer.name",
                "must be one of " + String.join(", ", byName.keySet()))).check(given.getParameters());
    }

    /** What requests of a remote scorer are signed with; empty for every other scorer. */
    public String signingSecret(dev.sightline.proto.evaluator.v1.Scorer scorer) {
        return scorer.getName().equals(remote.info().getName()) ? remote.signingSecret(scorer.getParameters()) : "";
    }
}
