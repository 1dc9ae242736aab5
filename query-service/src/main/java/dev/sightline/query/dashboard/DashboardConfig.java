package dev.sightline.query.dashboard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Bounds of dashboards. */
@ConfigMapping(prefix = "sightline.dashboards")
public interface DashboardConfig {
    /** Dashboards of a project beside the shipped ones. */
    @WithDefault("200")
    int perProjectMax();
}
