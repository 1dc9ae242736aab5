package dev.sightline.query.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sightline.proto.evaluator.v1.TestEvaluatorResponse;
import dev.sightline.query.Api;
import dev.sightline.query.Engines;
import dev.sightline.query.auth.Scopes;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class TestCostsTest {
    private static final String PATH = "/api/v1/project/settings";

    @Inject
    TestCosts costs;

    @AfterEach
    void backToDefaults() {
        Api.dev().contentType(ContentType.JSON).body("{}").put(PATH).then().statusCode(200);
    }

    private TestEvaluatorResponse priced(String model, int input, int output) {
        return costs.priced(Scopes.of("dev"), TestEvaluatorResponse.newBuilder().setModel(model).setInputTokens(input)
                .setOutputTokens(output).setDurationSeconds(1.5).build());
    }

    @Test
    void aShippedPriceUnlessTheProjectHasItsOwn() {
        assertThat(priced("gpt-4o-mini", 1_000, 200).getTotalCost()).isCloseTo(0.00027, within(1e-12));
        Api.dev().contentType(ContentType.JSON).body("""
                {"model_prices": [{"model": "mini", "pattern": "gpt-4o-mini", "usd_per_million": {"input": 1}}]}""")
                .patch(PATH).then().statusCode(200);
        assertThat(priced("gpt-4o-mini", 1_000, 200).getTotalCost()).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void whatHasNoPriceHasNoCost() {
        assertThat(priced("a-model-nobody-knows", 1_000, 200).hasTotalCost()).isFalse();
        assertThat(priced("", 0, 0).hasTotalCost()).isFalse();
    }
}
