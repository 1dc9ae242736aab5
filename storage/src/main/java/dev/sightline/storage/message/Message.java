package dev.sightline.storage.message;

import com.google.protobuf.ByteString;

/** A piece of content that is stored once for each trace, and its name: the first 16 bytes of its SHA-256. */
record Message(ByteString hash, ByteString body) {
    static final int HASH_BYTES = 16;

    /** Prompts and answers are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "Message[" + body.size() + " bytes]";
    }
}
