package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts the extensions that the rules do not know, by resource type and by URL in a form that carries no id.
 *
 * @param dropped how often an extension was left out
 * @param skipped how many resources were skipped because of a modifier extension
 */
public record ExtensionReport(Map<String, Map<String, Long>> dropped, Map<String, Map<String, Long>> skipped) {
    /** Stands for a value in the URL's place that cannot be a URL, and may be anything. */
    public static final String NO_URL = "(no URL)";

    public ExtensionReport {
        dropped = sorted(dropped);
        skipped = sorted(skipped);
    }

    private static Map<String, Map<String, Long>> sorted(Map<String, Map<String, Long>> counts) {
        Map<String, Map<String, Long>> sorted = new TreeMap<>();
        counts.forEach((type, urls) -> {
            Map<String, Long> shown = new TreeMap<>();
            urls.forEach((url, count) -> shown.merge(shown(url), count, Long::sum));
            sorted.put(type, Collections.unmodifiableMap(shown));
        });
        return Collections.unmodifiableMap(sorted);
    }

    /**
     * Redacts an extension's URL. A redacted URL stays the same, as the reports of parts are put together again and
     * again.
     */
    private static String shown(String url) {
        return url.equals(NO_URL) ? url : RedactedUrl.ofExtension(url);
    }

    /** Adds the counts of another report. */
    public ExtensionReport plus(ExtensionReport other) {
        return new ExtensionReport(sum(dropped, other.dropped), sum(skipped, other.skipped));
    }

    private static Map<String, Map<String, Long>> sum(
            Map<String, Map<String, Long>> left, Map<String, Map<String, Long>> right) {
        Map<String, Map<String, Long>> sum = new TreeMap<>();
        left.forEach((type, urls) -> sum.put(type, new TreeMap<>(urls)));
        right.forEach((type, urls) -> {
            Map<String, Long> counts = sum.computeIfAbsent(type, added -> new TreeMap<>());
            urls.forEach((url, count) -> counts.merge(url, count, Long::sum));
        });
        return sum;
    }

    /**
     * Lists the lines for a site's rules file that would keep what was dropped, and let through what was skipped. A URL
     * that is not shown completely has no line.
     */
    public List<String> rules() {
        List<String> lines = new ArrayList<>();
        urls(dropped).forEach(url -> lines.add(ExtensionVerb.KEEP.word() + " " + url));
        urls(skipped).forEach(url -> lines.add(ExtensionVerb.MODIFIER.word() + " " + url));
        return lines;
    }

    private static Set<String> urls(Map<String, Map<String, Long>> counts) {
        Set<String> urls = new TreeSet<>();
        counts.values().forEach(byUrl -> urls.addAll(byUrl.keySet()));
        urls.removeIf(url -> url.equals(NO_URL) || url.contains(RedactedUrl.HIDDEN));
        return urls;
    }
}
