package io.github.cumulusmaven.sandbox;

import java.io.IOException;
import java.util.List;

/**
 * Which path leads where.
 *
 * @param discovery what the server can do
 * @param auth registration and tokens
 * @param exports kick-off, status and files
 * @param resources single resources
 */
record Routes(DiscoveryEndpoint discovery, AuthEndpoint auth, ExportEndpoint exports, ResourceEndpoint resources) {
    static final String FHIR = "/fhir";
    static final String TOKEN = "/auth/token";
    static final String REGISTER = "/auth/register";

    Answer answer(Request request) throws IOException, Refusal {
        List<String> path = request.path();
        String first = path.get(0);
        if (first.equals("fhir")) {
            return fhir(request, path.subList(1, path.size()));
        }
        return switch (first + "/" + (path.size() == 2 ? path.get(1) : "")) {
            case "auth/token" -> auth.token(request);
            case "auth/register" -> auth.register(request);
            default -> throw nothingHere();
        };
    }

    private Answer fhir(Request request, List<String> path) throws IOException, Refusal {
        return switch (path.size()) {
            case 1 -> one(request, path.get(0));
            case 2 -> two(request, path.get(0), path.get(1));
            case 3 -> three(request, path.get(0), path.get(1), path.get(2));
            default -> throw nothingHere();
        };
    }

    private Answer one(Request request, String only) throws IOException, Refusal {
        return switch (only) {
            case "metadata" -> discovery.capabilities(request);
            case "$export" -> exports.system(request);
            default -> throw nothingHere();
        };
    }

    private Answer two(Request request, String first, String second) throws IOException, Refusal {
        return switch (first + "/" + second) {
            case ".well-known/smart-configuration" -> discovery.smartConfiguration(request);
            case "Patient/$export" -> exports.patients(request);
            default ->
                first.equals(ExportEndpoint.STATUS)
                        ? exports.status(request, second)
                        : resources.read(request, first, second);
        };
    }

    private Answer three(Request request, String first, String second, String third) throws IOException, Refusal {
        if (first.equals("Group") && third.equals("$export")) {
            return exports.group(request, second);
        }
        if (first.equals(ExportEndpoint.FILES)) {
            return exports.file(request, second, third);
        }
        throw nothingHere();
    }

    private static Refusal nothingHere() {
        return Refusal.notFound("There is nothing at this path");
    }
}
