package dev.sightline.ingestion;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Reads the body of an HTTP request, gzip or not, up to a bound that holds after decompression. */
public final class RequestBody {
    private RequestBody() {
    }

    /** @throws ServiceException PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_ARGUMENT */
    public static byte[] read(InputStream body, String contentEncoding, int bytesMax) {
        String encoding = contentEncoding == null ? "identity" : contentEncoding.toLowerCase(Locale.ROOT).strip();
        try (InputStream in = switch (encoding) {
            case "identity", "" -> body;
            case "gzip" -> new GZIPInputStream(body, 65_536);
            default -> throw ServiceException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding must be gzip or absent, not " + encoding);
        }) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE, "the request is larger than "
                        + bytesMax + " bytes after decompression; send smaller batches");
            }
            return bytes;
        } catch (IOException e) {
            throw ServiceException.of(ErrorCode.INVALID_ARGUMENT, "the body can't be read as " + encoding);
        }
    }
}
