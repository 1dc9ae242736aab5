package example;

import dev.sightline.guard.client.GuardClient;
import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * A question may be answered when the guard lets it pass, and the answer may leave when the guard lets that pass. What
 * goes on is the guard's text: the same, or without what it has taken out. A check is recorded under the request's span.
 */
@Path("/questions")
@Consumes(MediaType.TEXT_PLAIN)
@Produces(MediaType.TEXT_PLAIN)
@RunOnVirtualThread
public class Questions {
    private static final int UNPROCESSABLE = 422;
    private static final int UNAVAILABLE = 503;

    private final GuardClient guard;
    private final OrderDesk desk;

    Questions(GuardClient guard, OrderDesk desk) {
        this.guard = guard;
        this.desk = desk;
    }

    @POST
    public String ask(String question) {
        String asked = passed("input", question);
        return passed("output", desk.answer(asked));
    }

    private String passed(String direction, String text) {
        CheckResponse checked = guard.check(
                CheckRequest.newBuilder().setDirection(direction).setText(text).build(), traceparent());
        return switch (checked.getAction()) {
            case "allow", "flag", "redact" -> checked.getText();
            default -> throw refusal(checked);
        };
    }

    /** A guard that could not look is not the user's fault. */
    private static WebApplicationException refusal(CheckResponse checked) {
        boolean looked = checked.getFailure().isEmpty();
        return new WebApplicationException(Response.status(looked ? UNPROCESSABLE : UNAVAILABLE)
                .type(MediaType.TEXT_PLAIN)
                .entity(looked ? "I can't help with that." : "I can't answer now, please ask again later.").build());
    }

    private static String traceparent() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid()
                ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex() : null;
    }
}
