package dev.sightline.query.filter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** What a filter says, as a tree. {@link FilterPrinter} writes it so that {@link FilterParser} reads the same again. */
sealed interface Expression {

    /** Two or more, all true. */
    record All(List<Expression> parts) implements Expression {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** Two or more, at least one true. */
    record Any(List<Expression> parts) implements Expression {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** Not true. */
    record Not(Expression part) implements Expression {
    }

    /** The text stands somewhere in what was said, in metadata or in names, whatever its capitals. */
    record Text(String text) implements Expression {
    }

    /** Something about one field. */
    record Term(FieldRef field, Test test) implements Expression {
    }

    /** A field, with the key where the field is a map: {@code metadata.KEY}. {@code key} is empty for all others. */
    record FieldRef(FilterField field, String key) {
    }

    /** What is asked of a field. */
    sealed interface Test {
    }

    /** The field has a value. */
    record Present() implements Test {
    }

    /** One of the values. */
    record OneOf(List<Value> values) implements Test {
        public OneOf {
            values = List.copyOf(values);
        }
    }

    /** More or less than a value. */
    record Compare(Order order, Value value) implements Test {
    }

    /** Both ends belong to it. */
    record Between(Value from, Value to) implements Test {
    }

    /** How a value is compared; {@code sign} is how it is written, here and in SQL. */
    enum Order {
        LESS("<"), AT_MOST("<="), MORE(">"), AT_LEAST(">=");

        private final String sign;

        Order(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    /** A value of a field's kind. */
    sealed interface Value {
    }

    /** Exactly this text. */
    record Exact(String text) implements Value {
    }

    /** These parts in their order with anything between them; the first begins the text, the last ends it. */
    record Pattern(List<String> parts) implements Value {
        public Pattern {
            parts = List.copyOf(parts);
        }
    }

    /** In the unit of the field's kind: milliseconds, US dollars, or just a number. */
    record Numeric(BigDecimal number) implements Value {
        public Numeric {
            number = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }
    }

    /** From the first nanosecond to before the end: a day for a date, one nanosecond for a time. */
    record Span(Instant from, Instant end) implements Value {
    }
}
