package dev.sightline.query.auth;

/** Lets tests of queries name a project. */
public final class Scopes {
    private Scopes() {
    }

    public static ProjectScope of(String projectId) {
        return new ProjectScope(projectId);
    }
}
