package io.github.cumulusmaven.sandbox;

/** Hears of every request, from many threads: a request log without secrets. */
public interface SandboxListener {
    /** Hears nothing. */
    SandboxListener NONE = (method, path, status, bytes) -> {};

    /**
     * An answer is out.
     *
     * @param method of HTTP
     * @param path of the URL as the client wrote it, without its query
     * @param status of HTTP
     * @param bytes of the body; 0 when the client left before its end
     */
    void answered(String method, String path, int status, long bytes);

    /** A fault of the server's own, which the client sees as a bare 500. */
    default void failed(String method, String path, Exception fault) {}
}
