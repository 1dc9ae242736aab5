package dev.sightline.query.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.PasswordHash;
import dev.sightline.query.control.User;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Checks e-mail address and password. An unknown address and a wrong password look alike and take alike. Failures are
 * counted per user and address, per user and per address within {@link AuthConfig.SignIn#window()}; memory is bounded
 * by {@link AuthConfig.SignIn#countersMax()}. Behind a proxy that Quarkus is not told to trust
 * ({@code quarkus.http.proxy.trusted-proxies}) all callers share the proxy's address.
 */
@Singleton
public class SignIn {
    private static final int PASSWORD_CHARS_MIN = 12;
    static final int PASSWORD_CHARS_MAX = 200;
    private static final int DISTINCT_CHARS_MIN = 5;

    private final ControlData control;
    private final AuthConfig.SignIn config;
    private final Semaphore checks;
    private final Cache<String, AtomicInteger> failures;

    SignIn(ControlData control, AuthConfig config) {
        this.control = control;
        this.config = config.signIn();
        this.checks = new Semaphore(this.config.concurrentMax(), true);
        this.failures = Caffeine.newBuilder().maximumSize(this.config.countersMax())
                .expireAfterWrite(this.config.window()).build();
    }

    /**
     * Throws UNAUTHENTICATED, and TOO_MANY_REQUESTS after too many failures or while too many passwords are being
     * checked.
     */
    public User check(String email, String password, String address) {
        String normalized = email.strip().toLowerCase(Locale.ROOT);
        List<Counter> counters = List.of(
                new Counter("both " + normalized + " " + address, config.failuresMax()),
                new Counter("user " + normalized, config.failuresOverallMax()),
                new Counter("address " + address, config.failuresOverallMax()));
        // Counted before the check and taken back after success: tries in parallel must not slip past.
        List<AtomicInteger> counts = counters.stream().map(this::increment).toList();
        Optional<User> user = control.userByEmail(normalized);
        if (!matches(user.map(found -> found.passwordHash).orElse(null), password)) {
            throw ServiceException.of(ErrorCode.UNAUTHENTICATED, "the e-mail address or the password is wrong");
        }
        counts.forEach(AtomicInteger::decrementAndGet);
        return user.orElseThrow();
    }

    /** Replaces the user's password, which ends their sessions. Throws as {@link #check} for the current one. */
    void changePassword(User user, String current, String replacement, String address) {
        check(user.email, current, address);
        String hash = hash("new_password", replacement);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        control.write(() -> User.update("passwordHash = ?1, sessionsSince = ?2 where id = ?3", hash, now, user.id));
    }

    /** What is kept of a new password. Throws INVALID_ARGUMENT for one that is too easily guessed. */
    public String hash(String field, String password) {
        if (password == null || password.length() < PASSWORD_CHARS_MIN || password.length() > PASSWORD_CHARS_MAX) {
            throw ServiceException.invalid(field,
                    "must have " + PASSWORD_CHARS_MIN + " to " + PASSWORD_CHARS_MAX + " characters");
        }
        if (password.chars().distinct().count() < DISTINCT_CHARS_MIN) {
            throw ServiceException.invalid(field, "repeats the same few characters");
        }
        return withPermit(() -> PasswordHash.of(password));
    }

    private record Counter(String key, int max) {
    }

    private AtomicInteger increment(Counter counter) {
        AtomicInteger count = failures.get(counter.key(), key -> new AtomicInteger());
        if (count.incrementAndGet() > counter.max()) {
            throw ServiceException.tooManyRequests("too many failed sign-ins; try again in "
                    + config.window().toMinutes() + " minutes", config.window());
        }
        return count;
    }

    private boolean matches(String hash, String password) {
        return withPermit(() -> PasswordHash.matches(hash, password));
    }

    private <T> T withPermit(Supplier<T> work) {
        try {
            if (!checks.tryAcquire(config.queueTime().toMillis(), TimeUnit.MILLISECONDS)) {
                throw ServiceException.tooManyRequests("many people are signing in; try again", config.window());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "query-service is shutting down");
        }
        try {
            return work.get();
        } finally {
            checks.release();
        }
    }
}
