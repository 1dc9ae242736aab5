package dev.sightline.query.sql;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.sql.SqlTokens.Token;
import dev.sightline.query.store.ClickHouseStreams.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says whether a statement may run inside a project: one SELECT over the views and the caller's own WITH queries, with
 * functions that compute from their arguments alone. It looks at the statement as ClickHouse's own parser has read and
 * written it again, so there is no second grammar that could be fooled, and at two things of it that each suffice for
 * most of what is refused: the tokens and the syntax tree. ADR 0012.
 */
final class SqlCheck {
    private static final String FIELD = "sql";
    /** Keywords that a bracket may follow; the formatter writes keywords in capitals. */
    private static final Set<String> KEYWORDS = Set.of("ALL", "AND", "ANY", "AS", "BETWEEN", "BY", "COLUMNS", "CUBE",
            "DISTINCT", "EXCEPT", "FILL", "FROM", "HAVING", "ILIKE", "IN", "INTERPOLATE", "INTERSECT", "IS", "JOIN",
            "LIKE", "LIMIT", "MATERIALIZED", "NOT", "OFFSET", "ON", "OR", "OVER", "PREWHERE", "QUALIFY", "RECURSIVE",
            "REPLACE", "ROLLUP", "SELECT", "SETS", "STEP", "TO", "UNION", "USING", "WHERE", "WITH");
    private static final Set<String> NODES = Set.of("SelectWithUnionQuery", "SelectIntersectExceptQuery",
            "SelectQuery", "ExpressionList", "Subquery", "WithElement", "Identifier", "Asterisk", "QualifiedAsterisk",
            "ColumnsRegexpMatcher", "ColumnsListMatcher", "QualifiedColumnsRegexpMatcher",
            "QualifiedColumnsListMatcher", "ColumnsTransformerList", "ColumnsExceptTransformer",
            "ColumnsReplaceTransformer", "ColumnsReplaceTransformer::Replacement", "Literal", "Function",
            "TablesInSelectQuery", "TablesInSelectQueryElement", "TableExpression", "TableIdentifier", "TableJoin",
            "ArrayJoin", "OrderByElement", "InterpolateElement", "WindowListElement", "WindowDefinition");
    /** What a parameter becomes in the tree. In the text nobody may write it. */
    private static final String OF_PARAMETERS = "_CAST";
    private static final Set<String> IN = Set.of("in", "notin", "nullin", "notnullin", "globalin", "globalnotin",
            "globalnullin", "globalnotnullin", "inignoreset", "notinignoreset", "nullinignoreset",
            "notnullinignoreset", "globalinignoreset", "globalnotinignoreset", "globalnullinignoreset",
            "globalnotnullinignoreset");

    private final Set<String> databases;
    private final Set<String> nowhere;
    private final List<Token> tokens;
    /** Views and WITH queries. */
    private final Set<String> tables = new HashSet<>();

    SqlCheck(String formatted, Names names) {
        this.databases = lower(names.databases());
        this.nowhere = lower(names.nowhere());
        this.tokens = SqlTokens.of(formatted);
    }

    /** Throws INVALID_ARGUMENT for field {@code sql} when the tokens show what may not be; the engine sees nothing. */
    void checkTokens() {
        if (tokens.isEmpty() || !(tokens.getFirst().is("SELECT") || tokens.getFirst().is("WITH")
                || tokens.getFirst().is("("))) {
            throw refused("must be one SELECT; nothing else can be run here");
        }
        SqlView.ALL.forEach(view -> tables.add(view.name()));
        for (int i = 0; i < tokens.size(); i++) {
            checkToken(i);
        }
    }

    private void checkToken(int i) {
        Token token = tokens.get(i);
        if (token.is("SETTINGS") || token.is("FORMAT") || token.is("OUTFILE") || token.is("PARALLEL")) {
            throw refused("must not have the clause " + token.text() + "; the format is chosen by 'format', and limits "
                    + "by 'limits'");
        }
        if (token.kind() == SqlTokens.Kind.QUOTED && token.text().contains("\\")) {
            throw refused("has a name with a backslash or a control character in it");
        }
        if (token.is("{") && token(i + 2).is(":")) {
            checkParameter(i);
        }
        if (!token.isName()) {
            return;
        }
        if (token(i + 1).is(".") && token(i + 2).isName() && !token(i - 1).is(".")
                && databases.contains(token.text().toLowerCase(Locale.ROOT))) {
            throw refused("names the database " + shown(token.text()) + "; only the views " + views()
                    + " can be read, without a database before the name");
        }
        boolean keyword = token.kind() == SqlTokens.Kind.WORD && KEYWORDS.contains(token.text());
        if (token(i + 1).is("(") && !keyword && !SqlFunctions.isAllowed(token.text())) {
            throw refused("calls " + shown(token.text()) + ", which is not one of the functions that can be used here");
        }
        int bracket = token(i + 2).is("MATERIALIZED") ? i + 3 : i + 2;
        if (token(i + 1).is("AS") && token(bracket).is("(")
                && (token(bracket + 1).is("SELECT") || token(bracket + 1).is("WITH") || token(bracket + 1).is("("))) {
            checkWithName(token.text());
        }
    }

    private void checkParameter(int i) {
        for (int at = i + 3; !token(at).is("}") && at < tokens.size(); at++) {
            if (token(at).isName() && token(at).text().equalsIgnoreCase("Identifier")) {
                throw refused("has a parameter of type Identifier; parameters are values here, not names");
            }
        }
    }

    private void checkWithName(String name) {
        if (SqlView.ALL.stream().anyMatch(view -> view.name().equalsIgnoreCase(name))) {
            throw refused("gives a query of its WITH the name of the view " + shown(name) + "; choose another");
        }
        if (nowhere.contains(name.toLowerCase(Locale.ROOT))) {
            throw refused("gives a query of its WITH the name " + shown(name) + ", which is taken; choose another");
        }
        tables.add(name);
    }

    private Token token(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : new Token(SqlTokens.Kind.SYMBOL, "");
    }

    /** The same for the tree that EXPLAIN AST told; it has parsed the statement and not looked at any table. */
    void checkTree(List<String> lines) {
        List<Node> path = new ArrayList<>();
        for (String line : lines) {
            Node node = Node.of(line);
            while (path.size() > node.depth) {
                path.removeLast();
            }
            Node parent = path.isEmpty() ? null : path.getLast();
            node.parent = parent;
            node.index = parent == null ? 0 : parent.children++;
            checkNode(node);
            path.add(node);
        }
    }

    private void checkNode(Node node) {
        if (!NODES.contains(node.kind)) {
            throw refused(node.kind.equals("Set") ? "must not have settings"
                    : "has something that cannot be used here: " + shown(node.kind));
        }
        switch (node.kind) {
            case "TableIdentifier" -> {
                if (!tables.contains(node.name)) {
                    throw refused("reads " + shown(node.name) + "; there are the views " + views()
                            + " and what your own WITH names");
                }
            }
            case "Function" -> {
                if (node.parent != null && node.parent.kind.equals("TableExpression")) {
                    throw refused("reads from the table function " + shown(node.name)
                            + "; only the views can be read");
                }
                if (!SqlFunctions.isAllowed(node.name) && !node.name.equals(OF_PARAMETERS)) {
                    throw refused("calls " + shown(node.name)
                            + ", which is not one of the functions that can be used here");
                }
            }
            case "Identifier" -> {
                boolean right = node.index == 1 && node.parent != null && node.parent.kind.equals("ExpressionList")
                        && node.parent.parent != null && node.parent.parent.kind.equals("Function")
                        && IN.contains(node.parent.parent.name.toLowerCase(Locale.ROOT));
                if (right && !tables.contains(node.name) && nowhere.contains(node.name.toLowerCase(Locale.ROOT))) {
                    throw refused("reads " + shown(node.name) + " behind IN; there are the views " + views());
                }
            }
            default -> { }
        }
    }

    /** A line of EXPLAIN AST: depth by leading blanks, kind, name. A name that holds a line end only adds lines. */
    private static final class Node {
        private final int depth;
        private final String kind;
        private final String name;
        private Node parent;
        private int index;
        private int children;

        private Node(int depth, String kind, String name) {
            this.depth = depth;
            this.kind = kind;
            this.name = name;
        }

        static Node of(String line) {
            String text = line.stripLeading();
            int depth = line.length() - text.length();
            text = text.replaceFirst(" \\(children \\d+\\)$", "").replaceFirst(" \\(alias .*\\)$", "");
            int space = text.indexOf(' ');
            return space < 0 ? new Node(depth, text, "")
                    : new Node(depth, text.substring(0, space), text.substring(space + 1));
        }
    }

    /** The views that the statement speaks of. */
    List<SqlView> viewsRead() {
        Set<String> words = tokens.stream().filter(Token::isName).map(Token::text).collect(Collectors.toSet());
        return SqlView.ALL.stream().filter(view -> words.contains(view.name())).toList();
    }

    private static String views() {
        return SqlView.ALL.stream().map(SqlView::name).collect(Collectors.joining(", "));
    }

    private static Set<String> lower(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private static String shown(String name) {
        return "'" + (name.length() > 60 ? name.substring(0, 60) + "…" : name) + "'";
    }

    private static ServiceException refused(String problem) {
        return ServiceException.invalid(FIELD, problem);
    }
}
