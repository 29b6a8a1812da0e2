package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.sandbox.SandboxListener;
import java.util.function.Consumer;
import org.apache.maven.plugin.logging.Log;

/**
 * What the sandbox does, in the build's log.
 *
 * @param requests takes a line for each
 * @param log takes the sandbox's own faults
 */
record RequestLog(Consumer<String> requests, Log log) implements SandboxListener {
    @Override
    public void answered(String method, String path, int status, long bytes) {
        requests.accept(Consoles.printable(method + " " + path + " " + status + " " + bytes));
    }

    @Override
    public void failed(String method, String path, Exception fault) {
        log.warn(Consoles.printable("The sandbox has a fault: " + method + " " + path + ": " + Failures.reason(fault)
                + " (more under -X)"));
        log.debug("Where the fault came from:", ShownFailure.of(fault, new Secrets()));
    }
}
