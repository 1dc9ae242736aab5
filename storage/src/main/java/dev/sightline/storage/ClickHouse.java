package dev.sightline.storage;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientConfigProperties;
import com.clickhouse.client.api.CompressionMethod;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.clickhouse.jdbc.Driver;
import dev.sightline.storage.table.NativeBytes;
import dev.sightline.storage.table.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;

/**
 * A ClickHouse database over HTTP by the official driver: JDBC for reads and DDL, client-v2 for binary inserts.
 * Thread-safe; close it when the process ends.
 */
public final class ClickHouse implements AutoCloseable {
    /**
     * The text indexes, which the first merge of a part makes: made by every insert too they cost a third of it, for
     * parts that are merged within seconds. Until then a search reads these few rows themselves. ADR 0008.
     */
    private static final String INDEXED_BY_MERGES = "input_words, output_words, tool_words, attribute_pairs, body_words, "
            + "row_words, metadata_pairs";
    /**
     * Server errors that say the data is at fault, not the moment: conversions, sizes, partitions
     * (names in ClickHouse's ErrorCodes.cpp).
     */
    private static final Set<Integer> REJECTED_CODES = Set.of(
            6 /* CANNOT_PARSE_TEXT */, 26, 27, 32, 33 /* CANNOT_READ_ALL_DATA */, 38, 41, 43, 53 /* TYPE_MISMATCH */,
            69 /* ARGUMENT_OUT_OF_BOUND */, 70 /* CANNOT_CONVERT_TYPE */, 72, 117 /* INCORRECT_DATA */,
            131 /* TOO_LARGE_STRING_SIZE */, 321, 349, 407 /* DECIMAL_OVERFLOW */);

    private static final String COMPRESSION_METHOD = ClientConfigProperties.COMPRESSION_METHOD.getKey();
    /** Silence for so long counts as no answer. */
    private static final String SOCKET_TIMEOUT_MILLIS = Long.toString(Duration.ofMinutes(2).toMillis());
    private static final String LZ4 = CompressionMethod.LZ4.name();

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int KEPT_BUFFER_BYTES_MAX = 32 << 20;
    private static final int KEPT_BUFFERS = 2;

    private final ClickHouseEndpoint endpoint;
    private final Client client;
    /** Blocks of some megabytes, made anew for every insert, are most of what a writer's collector has to do. */
    private final Queue<NativeBytes> buffers = new ArrayBlockingQueue<>(KEPT_BUFFERS);

    public ClickHouse(ClickHouseEndpoint endpoint) {
        this.endpoint = endpoint;
        this.client = new Client.Builder()
                .addEndpoint(endpoint.url())
                .setUsername(endpoint.user())
                .setPassword(endpoint.password())
                .setDefaultDatabase(endpoint.database())
                // The driver's LZ4 stream fails on a megabyte that does not compress ("maxDestLen is too small").
                .compressClientRequest(false)
                .setConnectTimeout(5, ChronoUnit.SECONDS)
                .setOption(ClientConfigProperties.SOCKET_OPERATION_TIMEOUT.getKey(), SOCKET_TIMEOUT_MILLIS)
                .setMaxRetries(0)
                .build();
    }

    /** A new JDBC connection to the database; close it after use. It costs no round trip. */
    public Connection connect() throws SQLException {
        return connect(endpoint.database());
    }

    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", endpoint.user());
        properties.setProperty("password", endpoint.password());
        properties.setProperty("database", database);
        properties.setProperty(COMPRESSION_METHOD, LZ4);
        properties.setProperty(ClientConfigProperties.SOCKET_OPERATION_TIMEOUT.getKey(), SOCKET_TIMEOUT_MILLIS);
        return new Driver().connect("jdbc:clickhouse:" + endpoint.url(), properties);
    }

    public String database() {
        return endpoint.database();
    }

    /**
     * Stores the rows as one block, so that each partition of the table gets them all or not at all. Rows inserted
     * before under the same token are not stored again, in the table or in the views it feeds.
     *
     * @throws StoreException when ClickHouse has not said that it stored them
     */
    public <R> void insert(Table<R, ?> table, List<R> rows, String deduplicationToken) {
        NativeBytes taken = buffers.poll();
        NativeBytes block = taken == null ? new NativeBytes(BUFFER_BYTES) : taken;
        try {
            block.clear();
            table.encode(rows, block);
            insert(table.name(), table.columnNames(), block, deduplicationToken);
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Kind.REJECTED, "a row does not fit " + table.name(), e);
        } finally {
            if (block.capacity() <= KEPT_BUFFER_BYTES_MAX) {
                buffers.offer(block);
            }
        }
    }

    private void insert(String table, List<String> columns, NativeBytes block, String deduplicationToken) {
        InsertSettings settings = new InsertSettings()
                .setDeduplicationToken(deduplicationToken)
                .serverSetting("async_insert", "0")
                .serverSetting("insert_deduplicate", "1")
                .serverSetting("deduplicate_blocks_in_dependent_materialized_views", "1")
                // Most of what a roll-up takes of an insert is the analysis of its SQL: side by side.
                .serverSetting("parallel_view_processing", "1")
                .serverSetting("max_partitions_per_insert_block", "0")
                // Rows of one block that collapse or replace each other are few; merges do that work anyway.
                .serverSetting("optimize_on_insert", "0")
                .serverSetting("exclude_materialize_skip_indexes_on_insert", INDEXED_BY_MERGES)
                // One request, one block, one part for each partition: what the token stands for.
                .serverSetting("max_insert_block_size", "100000000")
                .serverSetting("min_insert_block_size_rows", "100000000")
                .serverSetting("min_insert_block_size_bytes", "0");
        try (InsertResponse response = client.insert(
                table, columns, block::writeTo, ClickHouseFormat.Native, settings).get()) {
            response.getWrittenRows();
        } catch (ExecutionException e) {
            throw classify(table, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted while inserting into " + table, e);
        } catch (RuntimeException e) {
            throw classify(table, e);
        }
    }

    private static StoreException classify(String table, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                StoreException.Kind kind = REJECTED_CODES.contains(server.getCode())
                        ? StoreException.Kind.REJECTED : StoreException.Kind.OVERLOADED;
                return new StoreException(kind,
                        "ClickHouse refused rows for " + table + " with code " + server.getCode(), failure);
            }
        }
        return new StoreException(StoreException.Kind.UNAVAILABLE, "no answer from ClickHouse for " + table, failure);
    }

    @Override
    public void close() {
        client.close();
    }
}
