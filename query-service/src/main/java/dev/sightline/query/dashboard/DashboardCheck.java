package dev.sightline.query.dashboard;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.dashboard.Dashboard.Widget;
import dev.sightline.query.metrics.MetricsConfig;
import dev.sightline.query.metrics.MetricsQuery;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether a dashboard can be kept: every widget stands on the grid and its query can be run. */
final class DashboardCheck {
    static final int COLUMNS = 12;
    private static final Set<String> CHARTS = new TreeSet<>(List.of("line", "area", "bar", "stacked_bar",
            "horizontal_bar", "pie", "number", "table", "histogram"));
    private static final int WIDGETS_MAX = 50;
    static final int NAME_LENGTH_MAX = 200;
    private static final int DESCRIPTION_LENGTH_MAX = 2_000;
    private static final int ID_LENGTH_MAX = 64;
    private static final int ROW_MAX = 1_000;
    private static final int HEIGHT_MAX = 40;

    private DashboardCheck() {
    }

    /** Throws INVALID_ARGUMENT for the first thing that is wrong, named by its path. */
    static void check(Dashboard dashboard, MetricsConfig config) {
        require(isText(dashboard.name(), NAME_LENGTH_MAX), "name", "must have 1 to " + NAME_LENGTH_MAX + " characters");
        require(dashboard.description() == null || dashboard.description().length() <= DESCRIPTION_LENGTH_MAX,
                "description", "has more than " + DESCRIPTION_LENGTH_MAX + " characters");
        require(dashboard.widgets().size() <= WIDGETS_MAX, "widgets", "has more than " + WIDGETS_MAX + " entries");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < dashboard.widgets().size(); i++) {
            Widget widget = dashboard.widgets().get(i);
            String field = "widgets[" + i + "]";
            require(widget != null, field, "is missing");
            require(isText(widget.id(), ID_LENGTH_MAX), field + ".id",
                    "must have 1 to " + ID_LENGTH_MAX + " characters");
            require(ids.add(widget.id()), field + ".id", "is the id of another widget");
            check(widget, field, config);
        }
    }

    private static void check(Widget widget, String field, MetricsConfig config) {
        require(isText(widget.title(), NAME_LENGTH_MAX), field + ".title",
                "must have 1 to " + NAME_LENGTH_MAX + " characters");
        require(widget.chart() != null && CHARTS.contains(widget.chart()), field + ".chart",
                "must be one of " + String.join(", ", CHARTS));
        within(widget.x(), 0, COLUMNS - 1, field + ".x");
        within(widget.y(), 0, ROW_MAX, field + ".y");
        within(widget.w(), 1, COLUMNS, field + ".w");
        within(widget.h(), 1, HEIGHT_MAX, field + ".h");
        require(widget.x() + widget.w() <= COLUMNS, field + ".w", "reaches beyond the grid of " + COLUMNS + " columns");
        require(widget.query() != null, field + ".query", "is missing");
        try {
            MetricsQuery.of(widget.query(), config, Instant.now());
        } catch (ServiceException e) {
            throw e.field() == null ? e : ServiceException.invalid(field + ".query." + e.field(), e.getMessage());
        }
    }

    private static void within(Integer value, int min, int max, String field) {
        require(value != null && value >= min && value <= max, field, "must be " + min + " to " + max);
    }

    private static boolean isText(String text, int lengthMax) {
        return text != null && !text.isBlank() && text.length() <= lengthMax;
    }

    private static void require(boolean holds, String field, String problem) {
        if (!holds) {
            throw ServiceException.invalid(field, problem);
        }
    }
}
