package example;

import dev.langchain4j.agent.tool.Tool;
import jakarta.enterprise.context.ApplicationScoped;

/** What the assistant may look up. */
@ApplicationScoped
public class Orders {
    @Tool("Where an order is")
    public String findOrder(int order) {
        return "Order " + order + " is in the van.";
    }
}
