package dev.sightline.query.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sightline.query.Engines;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(Engines.class)
class WebUiTest {
    private static final RestAssuredConfig UNPACKED =
            RestAssuredConfig.config().decoderConfig(DecoderConfig.decoderConfig().noContentDecoders());

    @BeforeAll
    static void isBuilt() {
        assumeFalse(Boolean.getBoolean("skip.webui"), "built without the web UI");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/sign-in", "/project/dev/traces",
        "/project/a.b/traces/0af7651916cd43dd8448eb211c80319c", "/apiary"})
    void itsAddressesShowItsPage(String path) {
        given().get(path).then().statusCode(200).contentType("text/html").body(containsString("id=\"root\""))
                .header("Cache-Control", "no-cache")
                .header("Content-Security-Policy", containsString("default-src 'self'"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("X-Content-Type-Options", "nosniff").header("X-Frame-Options", "DENY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/v1/nothing", "/api/public/nothing", "/q/nothing", "/assets/nothing.js"})
    void nothingElseDoes(String path) {
        assertThat(given().get(path).then().statusCode(404).extract().asString()).doesNotContain("id=\"root\"");
    }

    @Test
    void onlyReadingGivesThePage() {
        given().post("/project/dev/traces").then().statusCode(org.hamcrest.Matchers.greaterThanOrEqualTo(400));
    }

    @Test
    void assetsAreCachedForEverAndNoScriptIsInline() {
        String page = given().get("/").asString();
        Matcher script = Pattern.compile("<script[^>]*src=\"(/assets/[^\"]+)\"").matcher(page);
        assertThat(script.find()).isTrue();
        given().get(script.group(1)).then().statusCode(200)
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .contentType(containsString("javascript"));
        String plain = given().config(UNPACKED).header("Accept-Encoding", "br;q=0, identity").get(script.group(1)).then()
                .statusCode(200).header("Content-Encoding", nullValue()).extract().asString();
        assertThat(given().header("Accept-Encoding", "gzip, deflate").get(script.group(1)).then().statusCode(200)
                .header("Content-Encoding", "gzip").header("Vary", containsStringIgnoringCase("Accept-Encoding"))
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .contentType(containsString("javascript")).extract().asString()).isEqualTo(plain);
        assertThat(given().config(UNPACKED).header("Accept-Encoding", "gzip, deflate, br, zstd").get(script.group(1))
                .then().statusCode(200).header("Content-Encoding", "br").extract().asByteArray())
                .hasSizeBetween(1, plain.length() - 1);
        assertThat(Pattern.compile("<script(?![^>]*\\ssrc=)").matcher(page).find()).isFalse();
    }
}
