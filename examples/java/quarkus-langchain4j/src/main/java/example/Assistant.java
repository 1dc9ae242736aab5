package example;

import dev.langchain4j.service.SystemMessage;
import io.quarkiverse.langchain4j.RegisterAiService;

/** A shop's assistant that can look an order up. */
@RegisterAiService(tools = Orders.class)
public interface Assistant {
    @SystemMessage("You answer customers of a shop in one sentence.")
    String answer(String question);
}
