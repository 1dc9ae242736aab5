package dev.sightline.query.auth;

/**
 * Work on a project that a caller ordered who was checked then, and that goes on after his request: deletions and
 * retention. Nobody else may make a scope of a project's name.
 */
public final class OrderedWork {
    private OrderedWork() {
    }

    public static ProjectScope scope(String projectId) {
        return new ProjectScope(projectId);
    }
}
