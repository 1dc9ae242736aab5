package dev.sightline.query;

import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;

/** Requests with the key of one of the two projects. */
public final class Api {
    private static final DocumentedAnswers DOCUMENTED = new DocumentedAnswers();

    private Api() {
    }

    public static RequestSpecification dev() {
        return RestAssured.given().filter(DOCUMENTED).auth().preemptive().basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY);
    }

    public static RequestSpecification other() {
        return RestAssured.given().filter(DOCUMENTED).auth().preemptive()
                .basic(ControlFixture.OTHER_PUBLIC_KEY, ControlFixture.OTHER_SECRET_KEY);
    }
}
