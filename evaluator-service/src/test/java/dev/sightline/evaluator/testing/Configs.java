package dev.sightline.evaluator.testing;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** The real config mappings with their real defaults, some values changed. */
public final class Configs {
    private Configs() {
    }

    public static <T> T of(Class<T> mapping, Map<String, String> values) {
        return new SmallRyeConfigBuilder().withMapping(mapping)
                .withSources(new PropertiesConfigSource(values, "test", 100)).build().getConfigMapping(mapping);
    }
}
