package dev.sightline.query.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionCookieTest {
    private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void holdsUntilItsEndAndNotLonger() {
        UUID user = UUID.randomUUID();
        AuthConfig config = config(KEY, "http://localhost:3000");
        String value = cookie(config, NOW).issue(user).getValue();

        assertThat(cookie(config, NOW.plus(Duration.ofHours(12)).minusSeconds(1)).userId(value)).contains(user);
        assertThat(cookie(config, NOW.plus(Duration.ofHours(12))).userId(value)).isEmpty();
    }

    @Test
    void anotherInstallationsCookieIsNone() {
        String value = cookie(config("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=", "http://a"), NOW)
                .issue(UUID.randomUUID()).getValue();

        assertThat(cookie(config(KEY, "http://a"), NOW).userId(value)).isEmpty();
    }

    @Test
    void travelsOnlyEncryptedWhereTheInstallationIsReachedByHttps() {
        AuthConfig https = config(KEY, "https://sightline.example.org");
        AuthConfig http = config(KEY, "http://localhost:3000");

        assertThat(cookie(https, NOW).issue(UUID.randomUUID()).isSecure()).isTrue();
        assertThat(cookie(http, NOW).issue(UUID.randomUUID()).isSecure()).isFalse();
    }

    @Test
    void aKeyOfAnotherLengthStopsTheStartWithoutShowingIt() {
        assertThatThrownBy(() -> new DerivedKey(config("c2hvcnQ=", "http://a")))
                .hasMessageContaining("SIGHTLINE_ENCRYPTION_KEY").hasMessageNotContaining("c2hvcnQ");
    }

    private static SessionCookie cookie(AuthConfig config, Instant now) {
        return new SessionCookie(new DerivedKey(config), config, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static AuthConfig config(String key, String publicUrl) {
        return new SmallRyeConfigBuilder().withMapping(AuthConfig.class)
                .withDefaultValue("sightline.encryption-key", key)
                .withDefaultValue("sightline.public-url", publicUrl)
                .build().getConfigMapping(AuthConfig.class);
    }
}
