package dev.sightline.localstack.cli;

import picocli.CommandLine.Option;

/** Every command explains itself. */
final class HelpOption {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "print this help")
    private boolean asked;
}
