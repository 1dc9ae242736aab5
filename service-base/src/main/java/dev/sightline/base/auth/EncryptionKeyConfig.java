package dev.sightline.base.auth;

import io.smallrye.config.ConfigMapping;

/** The key that all other keys of an installation are derived from. From the environment: SIGHTLINE_ENCRYPTION_KEY. */
@ConfigMapping(prefix = "sightline")
public interface EncryptionKeyConfig {
    /** Base64 of 32 random bytes, the same for all services and replicas. */
    String encryptionKey();
}
