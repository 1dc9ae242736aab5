package dev.sightline.query.savedview;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Bounds of saved views. */
@ConfigMapping(prefix = "sightline.saved-views")
public interface SavedViewConfig {
    /** Views of a project. */
    @WithDefault("100")
    int perProjectMax();
}
