package dev.sightline.query.manage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much people may create. */
@ConfigMapping(prefix = "sightline.manage")
public interface ManageConfig {
    /** Organizations that one user may belong to before making another. */
    @WithDefault("20")
    int organizationsPerUserMax();

    @WithDefault("200")
    int projectsPerOrganizationMax();

    @WithDefault("100")
    int keysPerProjectMax();

    /** Members of one organization, and as many invitations that are not answered. */
    @WithDefault("500")
    int membersPerOrganizationMax();

    /** How long the link of an invitation works. */
    @WithDefault("P7D")
    Duration invitationLifetime();
}
