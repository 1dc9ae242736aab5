package dev.sightline.clickhouse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The engine's configuration files, written anew at every start.
 *
 * <p>libchdb's defaults are those of a tool for files. These make it behave as a server: inserts are synchronous, a
 * lone expression is not a SELECT, an acknowledged part is on the disk (fsync), parts that a merge replaced stay for
 * eight minutes. Caches have small bounds so that an idle process is small. Merges take half of the cores at most and
 * run behind whoever inserts or asks (the nice value needs CAP_SYS_NICE and is nothing without it).
 */
final class EngineConfig {

    private EngineConfig() {
    }

    /**
     * Writes both files and returns the one to start the engine with.
     *
     * @param folder         where to write; made when missing
     * @param memoryLimitMib upper bound of the engine's memory; a query that would pass it fails with code 241
     */
    static Path write(Path folder, int memoryLimitMib) throws IOException {
        Files.createDirectories(folder);
        Path users = folder.resolve("users.xml");
        Files.writeString(users, USERS);
        Path config = folder.resolve("engine.xml");
        Files.writeString(config, CONFIG.formatted(xml(users.toAbsolutePath().toString()),
                (long) memoryLimitMib << 20, Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
        return config;
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final String USERS = """
            <clickhouse>
              <profiles>
                <default>
                  <async_insert>0</async_insert>
                  <implicit_select>0</implicit_select>
                  <allow_introspection_functions>0</allow_introspection_functions>
                  <storage_file_read_method>pread</storage_file_read_method>
                </default>
              </profiles>
              <users>
                <default>
                  <password></password>
                  <networks><ip>::/0</ip></networks>
                  <profile>default</profile>
                  <quota>default</quota>
                </default>
              </users>
              <quotas><default></default></quotas>
            </clickhouse>
            """;

    private static final String CONFIG = """
            <clickhouse>
              <users_config>%s</users_config>
              <max_server_memory_usage>%d</max_server_memory_usage>
              <mark_cache_size>134217728</mark_cache_size>
              <index_mark_cache_size>33554432</index_mark_cache_size>
              <primary_index_cache_size>67108864</primary_index_cache_size>
              <uncompressed_cache_size>0</uncompressed_cache_size>
              <query_condition_cache_size>16777216</query_condition_cache_size>
              <text_index_tokens_cache_size>33554432</text_index_tokens_cache_size>
              <text_index_header_cache_size>33554432</text_index_header_cache_size>
              <text_index_postings_cache_size>67108864</text_index_postings_cache_size>
              <vector_similarity_index_cache_size>16777216</vector_similarity_index_cache_size>
              <parquet_metadata_cache_size>8388608</parquet_metadata_cache_size>
              <iceberg_metadata_files_cache_size>8388608</iceberg_metadata_files_cache_size>
              <compiled_expression_cache_size>33554432</compiled_expression_cache_size>
              <background_pool_size>%d</background_pool_size>
              <os_threads_nice_value_merge_mutate>10</os_threads_nice_value_merge_mutate>
              <max_thread_pool_free_size>8</max_thread_pool_free_size>
              <max_io_thread_pool_size>16</max_io_thread_pool_size>
              <max_io_thread_pool_free_size>0</max_io_thread_pool_free_size>
              <merge_tree>
                <fsync_after_insert>1</fsync_after_insert>
                <fsync_part_directory>1</fsync_part_directory>
                <old_parts_lifetime>480</old_parts_lifetime>
              </merge_tree>
            </clickhouse>
            """;
}
