package dev.sightline.query.auth;

/**
 * The proof that a caller may read one project's data, and the only way to name a project in a query: every read takes
 * one, and only this package makes them, after it has checked a key, a session or the service token.
 */
public final class ProjectScope {
    private final String projectId;

    ProjectScope(String projectId) {
        this.projectId = projectId;
    }

    public String projectId() {
        return projectId;
    }
}
