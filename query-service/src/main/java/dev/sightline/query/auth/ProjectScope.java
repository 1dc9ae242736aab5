package dev.sightline.query.auth;

/**
 * The proof that a caller may read one project's data, and the only way to name a project in a query: every read takes
 * one, and only this package makes them, after it has checked a key, a session or the service token. What a caller
 * started in the background keeps its project by {@link #ofJob}.
 */
public final class ProjectScope {
    private final String projectId;

    ProjectScope(String projectId) {
        this.projectId = projectId;
    }

    /**
     * For a job that goes on without its caller: the project of a scope that stood here when the job was written down.
     * Never for an id that a request carries.
     */
    public static ProjectScope ofJob(String projectId) {
        return new ProjectScope(projectId);
    }

    public String projectId() {
        return projectId;
    }
}
