package dev.sightline.clickhouse;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Sessions that have answered a SELECT and wait for the next one with the same database and settings, which a third of
 * the time of a short query goes into making. A SELECT leaves nothing behind in its session, so nothing of one request
 * is seen by another; a session that ran anything else, or failed, or was stopped, is closed instead. Holds no more than
 * {@link #SESSIONS_MAX}, whichever was used last. May be called from any thread.
 */
final class IdleSessions implements AutoCloseable {

    private static final int SESSIONS_MAX = 24;

    private record Idle(String kind, EngineSession session) {
    }

    private final ArrayDeque<Idle> newestFirst = new ArrayDeque<>();
    private boolean closed;

    /** A session of that kind, which is the caller's now, or null. */
    synchronized EngineSession take(String kind) {
        for (Iterator<Idle> each = newestFirst.iterator(); each.hasNext(); ) {
            Idle idle = each.next();
            if (idle.kind.equals(kind)) {
                each.remove();
                return idle.session;
            }
        }
        return null;
    }

    /** Keeps the session for another request, or closes it. */
    void give(String kind, EngineSession session) {
        EngineSession tooMany = session;
        synchronized (this) {
            if (!closed) {
                newestFirst.addFirst(new Idle(kind, session));
                tooMany = newestFirst.size() > SESSIONS_MAX ? newestFirst.removeLast().session : null;
            }
        }
        if (tooMany != null) {
            tooMany.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        newestFirst.forEach(idle -> idle.session.close());
        newestFirst.clear();
    }
}
