package dev.sightline.query.langfuse;

import dev.sightline.query.langfuse.LangfuseJson.Meta;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.Parameters;
import java.util.List;

/** Which page of a list a caller asks for: by number, as all of Langfuse's older lists have it. */
record LangfusePage(int page, int limit) {
    static final int LIMIT_DEFAULT = 50;
    static final int LIMIT_MAX = 100;
    /** Pages are offsets: deep ones cost as much as all before them together. */
    private static final int PAGE_MAX = 100_000;

    /** Throws INVALID_ARGUMENT naming {@code page} or {@code limit}. */
    static LangfusePage of(String page, String limit) {
        return new LangfusePage(Parameters.number("page", page, 1, 1, PAGE_MAX),
                Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX));
    }

    long offset() {
        return (page - 1L) * limit;
    }

    /** The query cut to this page. */
    ProjectQuery cut(ProjectQuery ordered) {
        return ordered.then("LIMIT ? OFFSET ?", limit, offset());
    }

    /** This page of a list that is in memory as a whole. */
    <T> List<T> cut(List<T> all) {
        int from = (int) Math.min(offset(), all.size());
        return all.subList(from, Math.min(all.size(), from + limit));
    }

    Meta meta(long totalItems) {
        return new Meta(page, limit, totalItems, (totalItems + limit - 1) / limit);
    }
}
