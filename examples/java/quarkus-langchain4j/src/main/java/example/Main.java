package example;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Asks one question and ends; the spans that are left are sent when Quarkus stops. */
@QuarkusMain
public class Main implements QuarkusApplication {
    private final OrderDesk desk;

    Main(OrderDesk desk) {
        this.desk = desk;
    }

    @Override
    public int run(String... args) {
        System.out.println(desk.ask("Where is order 4711?"));
        return 0;
    }
}
