package dev.sightline.localstack.cli;

import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.Installation;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which stack is meant. */
final class DataOption {
    @Option(names = "--data", paramLabel = "DIR",
            description = "folder with the stack's data, secrets and logs (default: .sightline in the source tree)")
    private Path folder;

    DataFolder folder() {
        return new DataFolder(folder == null ? Installation.find().root().resolve(".sightline") : folder);
    }
}
