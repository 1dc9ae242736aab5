package dev.sightline.base.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;

/** The secret that Sightline's services share. From the environment: SIGHTLINE_INTERNAL_TOKEN. */
@ConfigMapping(prefix = "sightline")
public interface ServiceTokenConfig {
    /** At least 32 characters, the same for all services of one installation. */
    @WithName("internal-token")
    String internalToken();
}
