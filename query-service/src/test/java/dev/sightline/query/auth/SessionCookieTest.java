package dev.sightline.query.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.auth.DerivedKey;
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
        String value = cookie(KEY, "http://a", NOW).issue(user).getValue();
        Instant end = NOW.plus(Duration.ofHours(12));

        assertThat(cookie(KEY, "http://a", end.minusSeconds(1)).begun(value)).contains(
                new SessionCookie.Begun(user, NOW));
        assertThat(cookie(KEY, "http://a", end).begun(value)).isEmpty();
    }

    @Test
    void anotherInstallationsCookieIsNone() {
        String value = cookie("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=", "http://a", NOW)
                .issue(UUID.randomUUID()).getValue();

        assertThat(cookie(KEY, "http://a", NOW).begun(value)).isEmpty();
    }

    @Test
    void travelsOnlyEncryptedWhereTheInstallationIsReachedByHttps() {
        assertThat(cookie(KEY, "https://sightline.example.org", NOW).issue(UUID.randomUUID()).isSecure()).isTrue();
        assertThat(cookie(KEY, "http://localhost:3000", NOW).issue(UUID.randomUUID()).isSecure()).isFalse();
    }

    @Test
    void aKeyOfAnotherLengthStopsTheStartWithoutShowingIt() {
        assertThatThrownBy(() -> new DerivedKey(() -> "c2hvcnQ="))
                .hasMessageContaining("SIGHTLINE_ENCRYPTION_KEY").hasMessageNotContaining("c2hvcnQ");
    }

    private static SessionCookie cookie(String key, String publicUrl, Instant now) {
        AuthConfig config = new SmallRyeConfigBuilder().withMapping(AuthConfig.class)
                .withDefaultValue("sightline.public-url", publicUrl)
                .build().getConfigMapping(AuthConfig.class);
        return new SessionCookie(new DerivedKey(() -> key), config, Clock.fixed(now, ZoneOffset.UTC));
    }
}
