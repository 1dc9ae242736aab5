package dev.sightline.query.auth;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Project;
import dev.sightline.query.control.User;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/** Users and the projects they may see, remembered for {@link AuthConfig.Session#cacheLifetime()}. Thread-safe. */
@Singleton
public class SignedInUsers {
    private final ControlData control;
    private final AsyncCache<UUID, Optional<SignedInUser>> users;

    SignedInUsers(ControlData control, AuthConfig config) {
        this.control = control;
        this.users = Caffeine.newBuilder()
                .maximumSize(config.session().cacheEntriesMax())
                .expireAfterWrite(config.session().cacheLifetime())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .buildAsync();
    }

    /** Projects come with their organizations. */
    public record SignedInUser(User user, List<Project> projects) {
        boolean maySee(String projectId) {
            return projects.stream().anyMatch(project -> project.id.equals(projectId));
        }
    }

    /** Empty when the user no longer exists. */
    public Optional<SignedInUser> of(UUID userId) {
        try {
            return users.get(userId, this::load).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceException known ? known : e;
        }
    }

    /** The user's projects have changed: this process asks again at once. */
    public void forget(UUID userId) {
        users.synchronous().invalidate(userId);
    }

    private Optional<SignedInUser> load(UUID userId) {
        return control.user(userId).map(user -> new SignedInUser(user, control.projectsOf(userId)));
    }
}
