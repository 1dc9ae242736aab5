package example;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Stands where a model would: it says all that it knows of the orders in a question, whether it should or not. */
@ApplicationScoped
public class OrderDesk {
    private static final Pattern NUMBER = Pattern.compile("\\b[0-9]{4}\\b");
    private static final Map<String, String> ORDERS = Map.of(
            "4711", "is in the van and was paid with card 4111 1111 1111 1111",
            "4712", "waits for its parts");

    public String answer(String question) {
        String known = NUMBER.matcher(question).results().map(MatchResult::group).distinct().filter(ORDERS::containsKey)
                .map(order -> "Order " + order + " " + ORDERS.get(order) + ".").collect(Collectors.joining(" "));
        return known.isEmpty() ? "Which order do you mean?" : known;
    }
}
