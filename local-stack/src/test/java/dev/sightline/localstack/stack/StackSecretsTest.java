package dev.sightline.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackSecretsTest {
    @TempDir
    private Path folder;

    @Test
    void onlyTheOwnerReadsTheFile() throws IOException {
        create(Map.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    }

    @Test
    void makesADevelopmentProjectOnceAndKeepsIt() throws IOException {
        StackSecrets first = create(Map.of());
        StackSecrets second = create(Map.of());

        assertThat(first.get(StackSecrets.PROJECT_ID)).isEqualTo("dev");
        assertThat(first.get(StackSecrets.PUBLIC_KEY)).matches("pk-sl-dev-[0-9a-f]{16}");
        assertThat(first.get(StackSecrets.SECRET_KEY)).matches("sk-sl-dev-[0-9a-f]{40}");
        assertThat(first.get(StackSecrets.USER_EMAIL)).isEqualTo("dev@sightline.local");
        assertThat(first.get(StackSecrets.INTERNAL_TOKEN)).hasSizeGreaterThanOrEqualTo(32);
        assertThat(Base64.getDecoder().decode(first.get(StackSecrets.ENCRYPTION_KEY))).hasSize(32);
        assertThat(second.initEnvironment()).isEqualTo(first.initEnvironment());
        assertThat(second.get(StackSecrets.INTERNAL_TOKEN)).isEqualTo(first.get(StackSecrets.INTERNAL_TOKEN));
        assertThat(StackSecrets.load(file()).initEnvironment()).isEqualTo(first.initEnvironment());
    }

    @Test
    void twoFoldersHaveNothingInCommon() throws IOException {
        StackSecrets one = create(Map.of());
        StackSecrets two = StackSecrets.loadOrCreate(folder.resolve("other"), Map.of());

        assertThat(one.get(StackSecrets.SECRET_KEY)).isNotEqualTo(two.get(StackSecrets.SECRET_KEY));
        assertThat(one.get(StackSecrets.INTERNAL_TOKEN)).isNotEqualTo(two.get(StackSecrets.INTERNAL_TOKEN));
    }

    @Test
    void takesTheProjectFromTheEnvironment() throws IOException {
        StackSecrets secrets = create(Map.of(
                "LANGFUSE_INIT_PROJECT_ID", "shop", "LANGFUSE_INIT_PROJECT_PUBLIC_KEY", "pk-lf-1",
                "LANGFUSE_INIT_PROJECT_SECRET_KEY", "sk-lf-1", "SIGHTLINE_INIT_USER_EMAIL", "ada@example.com"));

        assertThat(secrets.initEnvironment())
                .containsEntry("SIGHTLINE_INIT_PROJECT_ID", "shop")
                .containsEntry("SIGHTLINE_INIT_PROJECT_PUBLIC_KEY", "pk-lf-1")
                .containsEntry("SIGHTLINE_INIT_PROJECT_SECRET_KEY", "sk-lf-1")
                .containsEntry("SIGHTLINE_INIT_USER_EMAIL", "ada@example.com")
                .doesNotContainKeys(StackSecrets.INTERNAL_TOKEN, StackSecrets.ENCRYPTION_KEY,
                        StackSecrets.CLICKHOUSE_PASSWORD, StackSecrets.POSTGRES_PASSWORD);
    }

    @Test
    void ourOwnNameWinsOverTheOtherOne() throws IOException {
        StackSecrets secrets = create(Map.of(
                "LANGFUSE_INIT_PROJECT_ID", "theirs", "SIGHTLINE_INIT_PROJECT_ID", "ours"));

        assertThat(secrets.get(StackSecrets.PROJECT_ID)).isEqualTo("ours");
    }

    @Test
    void anotherProjectGetsOtherKeys() throws IOException {
        StackSecrets dev = create(Map.of());
        StackSecrets shop = create(Map.of("SIGHTLINE_INIT_PROJECT_ID", "shop"));
        StackSecrets later = create(Map.of());

        assertThat(shop.get(StackSecrets.PUBLIC_KEY)).startsWith("pk-sl-shop-")
                .isNotEqualTo(dev.get(StackSecrets.PUBLIC_KEY));
        assertThat(shop.get(StackSecrets.USER_PASSWORD)).isEqualTo(dev.get(StackSecrets.USER_PASSWORD));
        assertThat(later.get(StackSecrets.PUBLIC_KEY)).isEqualTo(shop.get(StackSecrets.PUBLIC_KEY));
    }

    private StackSecrets create(Map<String, String> environment) throws IOException {
        return StackSecrets.loadOrCreate(file(), environment);
    }

    private Path file() {
        return folder.resolve("secrets.properties");
    }
}
