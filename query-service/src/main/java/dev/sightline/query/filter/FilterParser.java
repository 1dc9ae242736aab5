package dev.sightline.query.filter;

import dev.sightline.base.error.ServiceException;
import dev.sightline.base.error.TextRange;
import dev.sightline.query.filter.Expression.All;
import dev.sightline.query.filter.Expression.Any;
import dev.sightline.query.filter.Expression.Between;
import dev.sightline.query.filter.Expression.Compare;
import dev.sightline.query.filter.Expression.FieldRef;
import dev.sightline.query.filter.Expression.Not;
import dev.sightline.query.filter.Expression.OneOf;
import dev.sightline.query.filter.Expression.Order;
import dev.sightline.query.filter.Expression.Present;
import dev.sightline.query.filter.Expression.Term;
import dev.sightline.query.filter.Expression.Test;
import dev.sightline.query.filter.Expression.Text;
import dev.sightline.query.filter.Expression.Value;
import dev.sightline.query.filter.FilterField.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the filter language of docs/query-language.md by recursive descent over code points: OR binds weakest, then
 * terms side by side, then NOT. Throws INVALID_ARGUMENT for the field {@code query} with the place of what is wrong.
 * One use.
 */
final class FilterParser {
    static final int LENGTH_MAX = 2_000;
    static final int DEPTH_MAX = 20;
    static final int TERMS_MAX = 100;
    static final int LIST_MAX = 200;

    private static final String HAS = "has";
    private static final Map<Integer, Integer> ESCAPES = Map.of((int) 'n', (int) '\n', (int) 't', (int) '\t',
            (int) 'r', (int) '\r');

    private final int[] text;
    private int at;
    private int depth;
    private int terms;

    private FilterParser(String query) {
        this.text = query.codePoints().toArray();
    }

    /** Empty for a query that asks for nothing. */
    static Optional<Expression> parse(String query) {
        FilterParser parser = new FilterParser(query);
        if (parser.text.length > LENGTH_MAX) {
            throw error(LENGTH_MAX, parser.text.length - LENGTH_MAX,
                    "is longer than " + LENGTH_MAX + " characters");
        }
        parser.space();
        if (parser.atEnd()) {
            return Optional.empty();
        }
        Expression all = parser.alternatives();
        if (!parser.atEnd()) {
            throw error(parser.at, 1, "has a ')' that closes nothing");
        }
        return Optional.of(all);
    }

    private Expression alternatives() {
        List<Expression> parts = new ArrayList<>();
        parts.add(sequence());
        while (keyword("OR")) {
            parts.add(sequence());
        }
        return parts.size() == 1 ? parts.getFirst() : new Any(flat(parts, Any.class));
    }

    private Expression sequence() {
        List<Expression> parts = new ArrayList<>();
        boolean more = true;
        while (more) {
            parts.add(negatable());
            more = keyword("AND") || !atEnd() && text[at] != ')' && !isKeyword("OR");
        }
        return parts.size() == 1 ? parts.getFirst() : new All(flat(parts, All.class));
    }

    /** (a b) c is a b c. */
    private static List<Expression> flat(List<Expression> parts, Class<? extends Expression> same) {
        return parts.stream().<Expression>mapMulti((part, out) -> {
            switch (part) {
                case All all when same == All.class -> all.parts().forEach(out);
                case Any any when same == Any.class -> any.parts().forEach(out);
                case All _, Any _, Not _, Text _, Term _ -> out.accept(part);
            }
        }).toList();
    }

    private Expression negatable() {
        space();
        int start = at;
        if (!atEnd() && text[at] == '-' && at + 1 < text.length && !isSpace(text[at + 1]) && text[at + 1] != ')') {
            at++;
        } else if (!keyword("NOT")) {
            return primary();
        }
        enter(start);
        Expression part = negatable();
        depth--;
        return new Not(part);
    }

    private Expression primary() {
        space();
        if (atEnd() || text[at] == ')' || isKeyword("OR") || isKeyword("AND")) {
            throw error(at, atEnd() ? 0 : 1, "needs a term here, such as model:gpt-4o or a word to search for");
        }
        if (text[at] == '(') {
            int open = at;
            enter(open);
            at++;
            Expression inner = alternatives();
            space();
            if (atEnd()) {
                throw error(open, 1, "has a '(' that is not closed");
            }
            at++;
            depth--;
            return inner;
        }
        if (++terms > TERMS_MAX) {
            throw error(at, 1, "has more than " + TERMS_MAX + " terms");
        }
        int colon = endOfFieldName();
        return colon < 0 ? searchText() : term(colon);
    }

    private void enter(int position) {
        if (++depth > DEPTH_MAX) {
            throw error(position, 1, "is nested more than " + DEPTH_MAX + " deep");
        }
    }

    /** The index of the colon behind a field's name that begins here, or -1 where none does. */
    private int endOfFieldName() {
        if (!Character.isLetter(text[at])) {
            return -1;
        }
        for (int i = at; i < text.length; i++) {
            int c = text[i];
            if (c == ':') {
                return i;
            }
            if (c == '"' && text[i - 1] == '.') {
                i = behindQuoted(i) - 1;
            } else if (isSpace(c) || c == '(' || c == ')' || c == '"') {
                return -1;
            }
        }
        return -1;
    }

    private Expression searchText() {
        int start = at;
        Word word = word(false);
        List<String> parts = new ArrayList<>(word.parts);
        // "refund" is found in "refunds" anyway.
        while (parts.size() > 1 && parts.getFirst().isEmpty()) {
            parts.removeFirst();
        }
        while (parts.size() > 1 && parts.getLast().isEmpty()) {
            parts.removeLast();
        }
        if (parts.size() > 1) {
            throw error(start, at - start,
                    "has a '*' inside of a word to search for; write two words, or put it into quotes");
        }
        if (parts.getFirst().isBlank()) {
            throw error(start, at - start, "needs something to search for");
        }
        return new Text(parts.getFirst());
    }

    private Expression term(int colon) {
        int start = at;
        String name = new String(text, at, colon - at);
        if (name.equalsIgnoreCase(HAS)) {
            at = colon + 1;
            int nameStart = at;
            int end = at;
            while (end < text.length && !isSpace(text[end]) && text[end] != ')') {
                end = text[end] == '"' ? behindQuoted(end) : end + 1;
            }
            FieldRef field = field(nameStart, end);
            at = end;
            return new Term(field, new Present());
        }
        FieldRef field = field(start, colon);
        at = colon + 1;
        if (atEnd() || isSpace(text[at]) || text[at] == ')') {
            throw error(start, colon + 1 - start, "needs a value after '" + name + ":', such as "
                    + field.field().examples().getFirst());
        }
        return new Term(field, test(field));
    }

    private FieldRef field(int from, int to) {
        if (from == to) {
            throw error(from, 0, "needs the name of a field here");
        }
        String name = new String(text, from, to - from);
        Optional<FilterField> whole = FilterField.named(name).filter(field -> !field.isKeyed());
        if (whole.isPresent()) {
            return new FieldRef(whole.get(), "");
        }
        int dot = name.indexOf('.');
        String map = dot < 0 ? name : name.substring(0, dot);
        FilterField field = FilterField.named(map).filter(FilterField::isKeyed).orElseThrow(() ->
                error(from, to - from, "has no field '" + name + "'" + nearest(name)
                        + "; to search for the text itself put it into quotes"));
        String key = dot < 0 ? "" : key(from + map.codePointCount(0, map.length()) + 1, to);
        if (key.isEmpty()) {
            throw error(from, to - from, "needs a key after '" + map + ".', such as "
                    + field.examples().getFirst());
        }
        return new FieldRef(field, key);
    }

    private String key(int from, int to) {
        if (from < to && text[from] == '"') {
            int saved = at;
            at = from;
            StringBuilder key = new StringBuilder();
            quoted(key);
            if (at != to) {
                throw error(at, to - at, "has something behind the quoted key");
            }
            at = saved;
            return key.toString();
        }
        return new String(text, from, to - from);
    }

    private static String nearest(String name) {
        String plain = FilterField.plain(name);
        return Arrays.stream(FilterField.values()).flatMap(field -> field.names()
                        .map(known -> Map.entry(known, Distance.between(plain, FilterField.plain(known)))))
                .filter(known -> known.getValue() <= Math.clamp(plain.length() / 2, 1, 3))
                .min(Comparator.comparing(Map.Entry::getValue))
                .map(known -> "; did you mean '" + known.getKey() + "'?").orElse("");
    }

    private Test test(FieldRef field) {
        Kind kind = field.field().kind();
        if (text[at] == '(') {
            return list(field);
        }
        int start = at;
        Optional<Order> order = order();
        if (order.isPresent() && !kind.isOrdered()) {
            throw error(start, at - start, "cannot compare " + field.field().title() + "; it takes a value, a list"
                    + (kind.takesPatterns() ? " or a text with *" : ""));
        }
        if (order.isEmpty() && text[at] == '=') {
            at++;
        }
        int valueStart = at;
        if (atEnd() || isSpace(text[at]) || text[at] == ')') {
            throw error(start, at - start, "needs a value here");
        }
        Word word = word(false);
        Values values = new Values(field.field(), valueStart, at - valueStart);
        if (order.isPresent()) {
            return new Compare(order.get(), values.ordered(word));
        }
        if (kind.isOrdered() && !word.quoted && word.parts.size() == 1) {
            Optional<Test> range = range(word.text(), values);
            if (range.isPresent()) {
                return range.get();
            }
        }
        return new OneOf(List.of(values.equal(word)));
    }

    private static Optional<Test> range(String word, Values values) {
        int dots = word.indexOf("..");
        if (dots < 0 || !values.mayBeRange(word.substring(0, dots), word.substring(dots + 2))) {
            return Optional.empty();
        }
        String from = word.substring(0, dots);
        String to = word.substring(dots + 2);
        if (from.isEmpty()) {
            return Optional.of(new Compare(Order.AT_MOST, values.ordered(to)));
        }
        if (to.isEmpty()) {
            return Optional.of(new Compare(Order.AT_LEAST, values.ordered(from)));
        }
        return Optional.of(values.between(values.ordered(from), values.ordered(to)));
    }

    private Test list(FieldRef field) {
        int open = at++;
        List<Value> values = new ArrayList<>();
        while (true) {
            space();
            if (atEnd()) {
                throw error(open, 1, "has a '(' that is not closed");
            }
            int start = at;
            if (text[at] == ',' || text[at] == ')') {
                throw error(at, 1, "needs a value here");
            }
            Word word = word(true);
            values.add(new Values(field.field(), start, at - start).equal(word));
            if (values.size() > LIST_MAX) {
                throw error(start, at - start, "has more than " + LIST_MAX + " values in a list");
            }
            space();
            if (!atEnd() && text[at] == ')') {
                at++;
                return new OneOf(values);
            }
            if (atEnd() || text[at] != ',') {
                throw error(atEnd() ? open : at, 1, atEnd() ? "has a '(' that is not closed"
                        : "needs ',' between the values of a list, or ')' behind them");
            }
            at++;
        }
    }

    private Optional<Order> order() {
        int c = text[at];
        if (c != '<' && c != '>') {
            return Optional.empty();
        }
        at++;
        boolean orEqual = !atEnd() && text[at] == '=';
        if (orEqual) {
            at++;
        }
        return Optional.of(c == '<' ? (orEqual ? Order.AT_MOST : Order.LESS) : orEqual ? Order.AT_LEAST : Order.MORE);
    }

    /** What was written in one go: quoted or not, split where a star stood outside of quotes. */
    record Word(List<String> parts, boolean quoted) {
        String text() {
            return parts.getFirst();
        }
    }

    private Word word(boolean inList) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        while (!atEnd() && !isSpace(text[at]) && text[at] != ')' && (!inList || text[at] != ',')) {
            int c = text[at];
            if (c == '"') {
                quoted = true;
                quoted(part);
            } else if (c == '*') {
                parts.add(part.toString());
                part.setLength(0);
                at++;
            } else if (c == '(') {
                throw error(at, 1, "has a '(' inside of a word; put the word into quotes");
            } else {
                at++;
                part.appendCodePoint(c);
            }
        }
        parts.add(part.toString());
        return new Word(parts, quoted);
    }

    private void quoted(StringBuilder into) {
        int open = at++;
        while (!atEnd() && text[at] != '"') {
            if (text[at] == '\\' && at + 1 < text.length) {
                at++;
                into.appendCodePoint(ESCAPES.getOrDefault(text[at], text[at]));
            } else {
                into.appendCodePoint(text[at]);
            }
            at++;
        }
        if (atEnd()) {
            throw error(open, 1, "has a '\"' that is not closed");
        }
        at++;
    }

    /** The index behind what is quoted from {@code open} on; the end of the text where the quotes do not close. */
    private int behindQuoted(int open) {
        int i = open + 1;
        while (i < text.length && text[i] != '"') {
            i += text[i] == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, text.length);
    }

    private boolean keyword(String word) {
        space();
        if (isKeyword(word)) {
            at += word.length();
            space();
            return true;
        }
        return false;
    }

    private boolean isKeyword(String word) {
        int end = at + word.length();
        if (end > text.length || !word.equals(new String(text, at, word.length()))) {
            return false;
        }
        return end == text.length || isSpace(text[end]) || text[end] == '(' || text[end] == ')';
    }

    private void space() {
        while (!atEnd() && isSpace(text[at])) {
            at++;
        }
    }

    private boolean atEnd() {
        return at >= text.length;
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    static ServiceException error(int position, int length, String message) {
        return ServiceException.invalid("query", message, new TextRange(position, length));
    }
}
