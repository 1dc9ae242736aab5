package example;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;

/** One question of one user. Quarkus and its LangChain4j extension make the spans below this one by themselves. */
@ApplicationScoped
public class OrderDesk {
    private final Assistant assistant;

    OrderDesk(Assistant assistant) {
        this.assistant = assistant;
    }

    @WithSpan("order desk")
    @ActivateRequestContext
    public String ask(String question) {
        Span.current().setAttribute("user.id", "user-42").setAttribute("session.id", "session-7")
                .setAttribute("langfuse.trace.tags", "example,java");
        System.out.println("trace " + Span.current().getSpanContext().getTraceId());
        return assistant.answer(question);
    }
}
