package dev.sightline.ingestion.langfuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LangfuseAnswersTest {
    private static final String APP = "https://app.example.org";
    private static final String OTHER = "https://other.example.org";
    private final LangfuseAnswers anybody = new LangfuseAnswers(Set.of("*"), Duration.ofSeconds(3));
    private final LangfuseAnswers app = new LangfuseAnswers(Set.of(APP), Duration.ofMillis(100));

    @Test
    void aBrowserOfAnAllowedOriginMayPostWithItsKey() {
        Response preflight = app.preflight(APP, "authorization,x-langfuse-public-key");

        assertThat(preflight.getStatus()).isEqualTo(204);
        assertThat(preflight.getHeaderString("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(preflight.getHeaderString("Access-Control-Allow-Methods")).isEqualTo("POST, OPTIONS");
        assertThat(preflight.getHeaderString("Access-Control-Allow-Headers"))
                .isEqualTo("authorization,x-langfuse-public-key");
        assertThat(preflight.getHeaderString("Vary")).isEqualTo("Origin");
        assertThat(app.of(200, "x", APP).getHeaderString("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(anybody.preflight(OTHER, null).getHeaderString("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(anybody.preflight(OTHER, null).getHeaderString("Access-Control-Allow-Credentials")).isNull();
    }

    @Test
    void anotherOriginIsToldNothing() {
        assertThat(app.preflight(OTHER, "authorization").getHeaders().keySet())
                .noneMatch(name -> name.startsWith("Access-Control"));
        assertThat(app.of(200, "x", OTHER).getHeaderString("Access-Control-Allow-Origin")).isNull();
        assertThat(anybody.of(200, "x", null).getHeaderString("Access-Control-Allow-Origin")).isNull();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void exactlyWhatMayBeTriedAgainSaysWhen(ErrorCode code) {
        Response answer = anybody.of(ServiceException.of(code, "why"), null);

        assertThat(answer.getStatus()).isEqualTo(code.httpStatus());
        assertThat(answer.getEntity()).isEqualTo(new LangfuseAnswers.Failure("why", code.title()));
        assertThat(answer.getHeaderString("Retry-After")).isEqualTo(switch (code.type()) {
            case RESOURCES, EXTERNAL -> "3";
            case USER, INTERNAL -> null;
        });
        assertThat(app.of(ServiceException.of(ErrorCode.OVERLOADED, "why"), null).getHeaderString("Retry-After"))
                .as("never zero").isEqualTo("1");
    }

    @Test
    void aLimitSaysHowLongItLasts() {
        ServiceException month = ServiceException.tooManyRequests("limits.spans_per_month", Duration.ofHours(30));

        assertThat(app.of(month, null).getHeaderString("Retry-After")).isEqualTo("108000");
    }
}
