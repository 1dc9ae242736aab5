package dev.sightline.query.sql;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of the SQL that callers send. A request's {@code limits} may only lower them. */
@ConfigMapping(prefix = "sightline.sql")
public interface SqlConfig {
    /** One statement's text, in characters. */
    @WithDefault("100000")
    int statementCharsMax();

    /** After this a query is ended. */
    @WithDefault("PT30S")
    Duration timeMax();

    /** What one query may hold in ClickHouse's memory, in bytes. */
    @WithDefault("1000000000")
    long memoryBytesMax();

    /** What one query may put onto ClickHouse's disk while it sorts and groups, in bytes. */
    @WithDefault("5000000000")
    long spillBytesMax();

    /** Threads that one query may use in ClickHouse. */
    @WithDefault("4")
    int threadsMax();

    /** Rows of a JSON answer; the rest is cut and the answer says so. */
    @WithDefault("10000")
    int jsonRowsMax();

    /** Bytes of a JSON answer's rows; a larger result is an error that names the other formats. */
    @WithDefault("16000000")
    int jsonBytesMax();

    /** Rows of an answer in another format; a larger result is an error, never a shorter file. */
    @WithDefault("1000000")
    int fileRowsMax();

    /** The same in bytes, before ClickHouse writes them in the format. */
    @WithDefault("1000000000")
    long fileBytesMax();

    /** Queries at once through this process. */
    @WithDefault("8")
    int concurrentMax();

    /** Queries at once of one project. */
    @WithDefault("3")
    int concurrentPerProjectMax();

    /** How long a query waits for its turn until it is refused as overload. */
    @WithDefault("PT5S")
    Duration queueTime();
}
