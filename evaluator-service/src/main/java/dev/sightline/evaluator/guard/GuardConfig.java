package dev.sightline.evaluator.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The bounds of the guard. */
@ConfigMapping(prefix = "sightline.guard")
public interface GuardConfig {
    /** Characters of a text, of a system prompt and of a context: each more is refused. */
    @WithDefault("200000")
    int textCharactersMax();

    /** How long looking may take unless the policy or the call says less. */
    @WithDefault("PT1S")
    Duration deadline();

    /** Checks that run at once; others wait for their turn until their deadline. */
    @WithDefault("64")
    int concurrencyMax();

    /** How long a check waits for embeddings, where its policy has them; never for more than half of what it has left. */
    @WithDefault("PT0.2S")
    Duration embeddingsWait();

    /** Policies that are remembered, of all projects together. */
    @WithDefault("10000")
    int policyCacheSizeMax();

    /** After this a policy is looked up again: so long may a replica go on with the version before. */
    @WithDefault("PT10S")
    Duration policyKnownFor();

    /** While PostgreSQL can't be asked, a policy that was known goes on for this long. */
    @WithDefault("PT15M")
    Duration policyTrustedWithoutAnswerFor();

    /** Policies of a project. */
    @WithDefault("100")
    int policiesPerProjectMax();

    /** Whether checks are recorded as observations of type guardrail, and findings as scores. */
    @WithDefault("true")
    boolean recording();

    /** Checks that wait to be recorded; what comes on top is not recorded, and counted. */
    @WithDefault("10000")
    int recordQueueMax();

    /** How many characters of a text are recorded; what is left out is said. */
    @WithDefault("4000")
    int recordCharactersMax();

    /** How much of a streamed text is held back at least, since it might become a finding with what follows. */
    @WithDefault("64")
    int streamHeldBackCharacters();

    /** How much before what is held back is looked at again with it. */
    @WithDefault("1000")
    int streamContextCharacters();
}
