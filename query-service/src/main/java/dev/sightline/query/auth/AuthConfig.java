package dev.sightline.query.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Lifetimes and bounds of proving who a caller is. */
@ConfigMapping(prefix = "sightline")
public interface AuthConfig {
    /** Where people and SDKs reach this installation: SIGHTLINE_PUBLIC_URL. With https the cookie is Secure. */
    Optional<URI> publicUrl();

    Session session();

    SignIn signIn();

    ApiKeys apiKeys();

    /** The UI's session. */
    interface Session {
        /** After this a user signs in again. */
        @WithDefault("PT12H")
        Duration lifetime();

        /** How long a user's projects are remembered before PostgreSQL is asked again. */
        @WithDefault("PT15S")
        Duration cacheLifetime();

        /** How many users are remembered. */
        @WithDefault("10000")
        int cacheEntriesMax();
    }

    /** What guards passwords against guessing. */
    interface SignIn {
        /** Failures of one user from one address within {@link #window()} until further tries are refused. */
        @WithDefault("10")
        int failuresMax();

        /** The same for one user from all addresses, and for one address over all users. */
        @WithDefault("100")
        int failuresOverallMax();

        /** For how long failures count. */
        @WithDefault("PT5M")
        Duration window();

        /** How many users and addresses are counted; beyond it the least seen are forgotten. */
        @WithDefault("50000")
        int countersMax();

        /** Password checks at once; each takes 19 MiB and a core. Others wait up to {@link #queueTime()}. */
        @WithDefault("2")
        int concurrentMax();

        /** How long a sign-in waits for its password to be checked. */
        @WithDefault("PT3S")
        Duration queueTime();
    }

    /** Look-ups of API keys in PostgreSQL. */
    interface ApiKeys {
        /** How long a key is remembered: as long may a deleted key still work. */
        @WithDefault("PT1M")
        Duration cacheLifetime();

        /** How long it is remembered that there is no such key: as long may a new key be refused. */
        @WithDefault("PT10S")
        Duration cacheLifetimeUnknown();

        /** How many keys, known and unknown, are remembered; beyond it the least used are forgotten. */
        @WithDefault("10000")
        int cacheEntriesMax();
    }
}
