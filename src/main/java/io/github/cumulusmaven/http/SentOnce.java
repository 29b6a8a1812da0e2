package io.github.cumulusmaven.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An empty body that fails a second sending of its request. The JDK's client repeats a GET by itself when the
 * connection closes before a byte of the answer; it asks for the body's length each time it writes the request's head,
 * and tells no other place of the repetition. The switch for it, {@code jdk.httpclient.redirects.retrylimit}, would be
 * the whole JVM's.
 */
final class SentOnce implements BodyPublisher {
    private final BodyPublisher nothing = BodyPublishers.noBody();
    private final AtomicBoolean sent = new AtomicBoolean();

    @Override
    public long contentLength() {
        if (sent.getAndSet(true)) {
            throw new UncheckedIOException(new IOException("the connection closed without an answer"));
        }
        return 0;
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        nothing.subscribe(subscriber);
    }
}
