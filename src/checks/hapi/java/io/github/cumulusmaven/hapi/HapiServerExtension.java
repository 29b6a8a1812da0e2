package io.github.cumulusmaven.hapi;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every test that asks for it the same server with a part of the sample; started once, ended after the last. */
public final class HapiServerExtension implements ParameterResolver {
    private static final Path SAMPLE = Path.of("../../main/resources/io/github/cumulusmaven/sandbox/sample");
    private static final int PATIENTS = 8;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == HapiServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store store = context.getRoot().getStore(Namespace.create(HapiServerExtension.class));
        return store.getOrComputeIfAbsent(HapiServer.class, type -> startWithSample(), HapiServer.class);
    }

    private static HapiServer startWithSample() {
        try {
            return load(HapiServer.start());
        } catch (Exception failed) {
            throw new IllegalStateException("no HAPI server", failed);
        }
    }

    private static HapiServer load(HapiServer server) throws Exception {
        try {
            server.load(SAMPLE, PATIENTS);
            return server;
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
    }
}
