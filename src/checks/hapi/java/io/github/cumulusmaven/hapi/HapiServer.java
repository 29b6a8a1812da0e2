package io.github.cumulusmaven.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** A real FHIR server of somebody else, in this JVM, on loopback. Has no security: whoever asks is served. */
public final class HapiServer implements AutoCloseable {
    private static final String PATH = "/fhir";
    private static final int PER_TRANSACTION = 100;

    private final AnnotationConfigApplicationContext beans;
    private final Server jetty = new Server();
    private final ServerConnector connector = new ServerConnector(jetty);
    private final Set<String> stored = ConcurrentHashMap.newKeySet();

    private HapiServer(AnnotationConfigApplicationContext beans) {
        this.beans = beans;
    }

    /** An empty server, at a port that was free. Takes some twenty seconds. */
    public static HapiServer start() throws Exception {
        HapiServer server = new HapiServer(new AnnotationConfigApplicationContext(HapiConfig.class));
        try {
            server.listen();
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
        return server;
    }

    private void listen() throws Exception {
        ServletContextHandler servlets = new ServletContextHandler();
        servlets.addServlet(new ServletHolder(beans.getBean(RestfulServer.class)), PATH + "/*");
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(servlets);
        jetty.start();
    }

    /** The URL of the server, without a slash at the end. */
    public URI fhirBase() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + PATH);
    }

    /**
     * Stores the first so many patients of a folder of {@code Type.ndjson.gz} with all that belongs to them, and what
     * belongs to no patient: providers, places, medications, groups.
     */
    public void load(Path folder, int patients) throws IOException {
        List<JsonNode> resources = new NdjsonFolder(folder).resources(patients);
        for (int from = 0; from < resources.size(); from += PER_TRANSACTION) {
            put(resources.subList(from, Math.min(from + PER_TRANSACTION, resources.size())));
        }
    }

    /** How many resources of each type were stored. */
    public SortedMap<String, Integer> counts() {
        SortedMap<String, Integer> counts = new TreeMap<>();
        stored.forEach(reference -> counts.merge(reference.substring(0, reference.indexOf('/')), 1, Integer::sum));
        return counts;
    }

    /** Creates or replaces resources under their own ids, in one transaction. */
    public void put(List<JsonNode> resources) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        for (JsonNode json : resources) {
            Resource resource = (Resource) parser().parseResource(json.toString());
            BundleEntryComponent entry = transaction.addEntry().setResource(resource);
            entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(resource.getResourceType() + "/" + resource.getIdPart());
        }
        systemDao().transaction(new SystemRequestDetails(), transaction);
        transaction.getEntry().forEach(entry -> stored.add(entry.getRequest().getUrl()));
    }

    private IParser parser() {
        return beans.getBean(FhirContext.class).newJsonParser();
    }

    @SuppressWarnings("unchecked") // a bean is asked for by its class, which has no type parameters
    private IFhirSystemDao<Bundle, ?> systemDao() {
        return beans.getBean(IFhirSystemDao.class);
    }

    @Override
    public void close() throws Exception {
        try {
            jetty.stop();
        } finally {
            beans.close();
        }
    }
}
