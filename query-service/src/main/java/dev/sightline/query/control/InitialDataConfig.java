package dev.sightline.query.control;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * The first organization, project, key pair and user, created at start where they do not exist. From the environment:
 * SIGHTLINE_INIT_ORG_ID and so on; where one is not set, Langfuse's LANGFUSE_INIT_ORG_ID and so on.
 */
@ConfigMapping(prefix = "sightline.init")
public interface InitialDataConfig {
    /** Nothing is created without it. */
    @WithDefault("${LANGFUSE_INIT_ORG_ID:}")
    Optional<String> orgId();

    /** Default: the organization's id. */
    @WithDefault("${LANGFUSE_INIT_ORG_NAME:}")
    Optional<String> orgName();

    /** Needs the organization. */
    @WithDefault("${LANGFUSE_INIT_PROJECT_ID:}")
    Optional<String> projectId();

    /** Default: the project's id. */
    @WithDefault("${LANGFUSE_INIT_PROJECT_NAME:}")
    Optional<String> projectName();

    /** Needs the project and the secret key. */
    @WithDefault("${LANGFUSE_INIT_PROJECT_PUBLIC_KEY:}")
    Optional<String> projectPublicKey();

    /** Needs the project and the public key. */
    @WithDefault("${LANGFUSE_INIT_PROJECT_SECRET_KEY:}")
    Optional<String> projectSecretKey();

    /** An owner of the organization; needs the password. */
    @WithDefault("${LANGFUSE_INIT_USER_EMAIL:}")
    Optional<String> userEmail();

    /** Default: what stands before the @ of the address. */
    @WithDefault("${LANGFUSE_INIT_USER_NAME:}")
    Optional<String> userName();

    /** Counts only while the user does not exist: a password that was changed later stays. */
    @WithDefault("${LANGFUSE_INIT_USER_PASSWORD:}")
    Optional<String> userPassword();
}
