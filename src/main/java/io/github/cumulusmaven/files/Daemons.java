package io.github.cumulusmaven.files;

import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep a JVM alive, under a name that tells what they are for. */
public final class Daemons {
    private Daemons() {}

    /** Names all threads alike. */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
