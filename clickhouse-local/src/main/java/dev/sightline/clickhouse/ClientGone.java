package dev.sightline.clickhouse;

import java.io.IOException;

/** The client closed its connection before the answer was complete; there is nobody to tell. */
final class ClientGone extends IOException {

    private static final long serialVersionUID = 1;

    ClientGone() {
        super("the client closed the connection");
    }
}
