package io.github.cumulusmaven.fhir;

import io.github.cumulusmaven.fhir.ResourceReference.Form;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads references, the same way for rows, for Medications that are fetched and for deletions. Leaves out what does not
 * change which resource it is: the server's FHIR base, a version, a fragment, a query and slashes at either end.
 * Immutable, for many threads.
 *
 * @see <a href="https://hl7.org/fhir/R4/references.html#literal">Literal references in FHIR R4</a>
 */
public final class ReferenceReader {
    private static final Pattern WEB =
            Pattern.compile("(?i)(?<scheme>https?)://(?<host>[^/?#]*)(?<path>[^?#]*)(?<rest>.*)");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z]{2,}:.*");
    private static final Pattern LEGAL_ID = Pattern.compile("[A-Za-z0-9.-]+");
    private static final String UUID = "urn:uuid:";
    private static final String DEFINITION = "http://hl7.org/fhir/StructureDefinition/";
    private static final String HISTORY = "/_history";

    private final List<String> bases;
    private final List<String> comparable;

    /** @param bases FHIR bases of the server that the resources come from; none where that is not known */
    public ReferenceReader(Collection<String> bases) {
        this.bases = bases.stream()
                .filter(base -> !base.isBlank())
                .map(base -> base.strip().replaceFirst("/*$", "/"))
                .distinct()
                .toList();
        this.comparable = this.bases.stream().map(ReferenceReader::comparable).toList();
    }

    /** Whether it can tell this server's URLs from those of others. */
    public boolean knowsServer() {
        return !bases.isEmpty();
    }

    /**
     * Reads a reference.
     *
     * @param text of {@code Reference.reference}, or of the URL of a deletion
     * @param type the {@code Reference.type} beside it; empty where there is none
     * @param target the one resource type that FHIR allows there; empty where there are several
     */
    public ResourceReference read(String text, String type, String target) {
        String reference = text.strip();
        if (reference.startsWith("#")) {
            return new ResourceReference(Form.CONTAINED, "", reference.substring(1));
        }
        String relative = relative(reference);
        int separator = separator(relative);
        String named = separator < 0 ? "" : relative.substring(0, separator);
        if (ResourceType.isKnown(named)) {
            return ofType(named, relative, separator);
        }
        if (isAbsolute(reference)) {
            return absolute(reference, type, target);
        }
        String beside = beside(type);
        boolean isId = separator < 0 && !relative.isEmpty();
        if (isId && !beside.isEmpty()) {
            return new ResourceReference(Form.RESOURCE, beside, withoutEscapes(relative));
        }
        return new ResourceReference(isId ? Form.UNTYPED : Form.MALFORMED, "", relative);
    }

    private static ResourceReference ofType(String type, String relative, int separator) {
        String rest = relative.substring(separator + 1);
        char mark = relative.charAt(separator);
        if (mark == '?' && !rest.isEmpty()) {
            return new ResourceReference(Form.SEARCH, type, rest);
        }
        String id = mark == '/' ? id(rest) : "";
        if (id.isEmpty()) {
            return new ResourceReference(Form.MALFORMED, "", rest);
        }
        boolean isOne = id.indexOf('/') < 0 && !id.equals(".") && !id.equals("..");
        return isOne
                ? new ResourceReference(Form.RESOURCE, type, withoutEscapes(id))
                : new ResourceReference(Form.MALFORMED, type, rest);
    }

    /** Cuts what follows the id. */
    private static String id(String rest) {
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '?' && rest.charAt(end) != '#') {
            end++;
        }
        int version = rest.indexOf(HISTORY);
        if (version >= 0 && version < end && isEndOfPath(rest, version + HISTORY.length())) {
            end = version;
        }
        int begin = 0;
        while (begin < end && rest.charAt(begin) == '/') {
            begin++;
        }
        while (end > begin && rest.charAt(end - 1) == '/') {
            end--;
        }
        return rest.substring(begin, end);
    }

    private static boolean isEndOfPath(String rest, int at) {
        return at == rest.length() || "/?#".indexOf(rest.charAt(at)) >= 0;
    }

    /** An id of FHIR R4 needs no escapes; of others it is not known whether they are meant. */
    private static String withoutEscapes(String id) {
        if (id.indexOf('%') < 0) {
            return id;
        }
        try {
            String decoded = URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
            return LEGAL_ID.matcher(decoded).matches() ? decoded : id;
        } catch (IllegalArgumentException literal) {
            return id;
        }
    }

    private ResourceReference absolute(String reference, String type, String target) {
        if (!reference.regionMatches(true, 0, "urn:", 0, 4)) {
            return new ResourceReference(Form.OTHER_URL, "", reference);
        }
        String known = beside(type).isEmpty() ? target : beside(type);
        boolean isUuid = reference.regionMatches(true, 0, UUID, 0, UUID.length()) && reference.length() > UUID.length();
        return isUuid && !known.isEmpty()
                ? new ResourceReference(Form.RESOURCE, known, reference.substring(UUID.length()))
                : new ResourceReference(Form.URN, "", reference);
    }

    private static String beside(String type) {
        String name = type.startsWith(DEFINITION) ? type.substring(DEFINITION.length()) : type;
        return ResourceType.isKnown(name) ? name : "";
    }

    /** Cuts the server's base, and what leads up to it. */
    private String relative(String reference) {
        for (String base : bases) {
            if (reference.startsWith(base)) {
                return withoutSteps(reference.substring(base.length()));
            }
        }
        if (!comparable.isEmpty() && isWeb(reference)) {
            String url = comparable(reference);
            for (String base : comparable) {
                if (url.startsWith(base)) {
                    return withoutSteps(url.substring(base.length()));
                }
            }
        }
        return withoutSteps(reference);
    }

    private static boolean isWeb(String reference) {
        return reference.regionMatches(true, 0, "http", 0, 4)
                && WEB.matcher(reference).matches();
    }

    private static String withoutSteps(String path) {
        int begin = 0;
        while (begin < path.length()) {
            int dots = begin;
            while (dots < path.length() && path.charAt(dots) == '.') {
                dots++;
            }
            if (dots - begin > 2 || dots == path.length() || path.charAt(dots) != '/') {
                break;
            }
            begin = dots + 1;
        }
        return path.substring(begin);
    }

    /**
     * Writes URLs of the same thing the same way: the host in lower case, without the port that its scheme implies, and
     * without the scheme, as servers behind a proxy write http for their own https.
     */
    private static String comparable(String url) {
        Matcher parts = WEB.matcher(url);
        if (!parts.matches()) {
            return url;
        }
        String implied = parts.group("scheme").equalsIgnoreCase("https") ? ":443" : ":80";
        String host = parts.group("host").toLowerCase(Locale.ROOT);
        return "//"
                + (host.endsWith(implied) ? host.substring(0, host.length() - implied.length()) : host)
                + parts.group("path").replaceAll("/{2,}", "/")
                + parts.group("rest");
    }

    private static int separator(String reference) {
        for (int index = 0; index < reference.length(); index++) {
            char next = reference.charAt(index);
            if (next == '/' || next == '?' || next == '#') {
                return index;
            }
        }
        return -1;
    }

    private static boolean isAbsolute(String reference) {
        return reference.indexOf(':') > 1 && SCHEME.matcher(reference).matches();
    }
}
