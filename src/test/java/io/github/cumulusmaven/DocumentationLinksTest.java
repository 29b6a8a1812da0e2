package io.github.cumulusmaven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages are read on GitHub and on the site, which each find headings by other anchors. */
class DocumentationLinksTest {
    private static final Path PAGES = Path.of("src/site/markdown");
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\[\\]]*]\\(([^()\\s]+)\\)");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```|`[^`\\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"></a>");
    private static final Pattern ITEM = Pattern.compile("href=\"([^\":]+)\\.html\"");

    /** Made by the build from the goals and the pom, and on the site only. */
    private static final Pattern GENERATED = Pattern.compile("plugin-info|[a-z]+-mojo");

    /** A link of a page, relative to it. */
    record Link(Path page, String target) {
        Path file() {
            String path = target.replaceFirst("#.*", "");
            return path.isEmpty() ? page : page.resolveSibling(path).normalize();
        }

        String anchor() {
            int hash = target.indexOf('#');
            return hash < 0 ? "" : target.substring(hash + 1);
        }

        @Override
        public String toString() {
            return page + " → " + target;
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> site = Files.list(PAGES)) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "src/sample/README.md")
                                    .map(Path::of),
                            site.sorted())
                    .toList();
        }
    }

    /** All that lead to another page or place of this project. */
    static List<Link> links() throws IOException {
        List<Link> links = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
            while (link.find()) {
                if (!link.group(1).matches("[a-z]+:.*")) {
                    links.add(new Link(page, link.group(1)));
                }
            }
        }
        return links;
    }

    /** As GitHub makes them: in lower case, without punctuation, blanks as hyphens. */
    private static Set<String> headings(Path page) throws IOException {
        String text = CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
        return HEADING.matcher(text)
                .results()
                .map(heading -> ANCHOR.matcher(heading.group(1)).replaceAll(""))
                .map(heading -> heading.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static Set<String> anchors(Path page) throws IOException {
        return ANCHOR.matcher(Files.readString(page))
                .results()
                .map(anchor -> anchor.group(1))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("links")
    @DisplayName("a link leads to a file of the repository; on a page of the site, to another one or out of it")
    void files(Link link) {
        assertThat(link.file()).isRegularFile();
        if (link.page().startsWith(PAGES)) {
            assertThat(link.file().getParent())
                    .as("the folder of the site's pages")
                    .isEqualTo(PAGES);
            assertThat(link.file().toString()).endsWith(".md");
        }
    }

    @ParameterizedTest
    @MethodSource("links")
    @DisplayName("a link into a page leads to a heading on GitHub, and to the same on the site")
    void anchors(Link link) throws IOException {
        if (!link.anchor().isEmpty()) {
            assertThat(headings(link.file())).contains(link.anchor());
            assertThat(anchors(link.file()))
                    .as("the site has anchors of its own: <a id=\"%s\"></a> in the heading", link.anchor())
                    .contains(link.anchor());
        }
    }

    @Test
    @DisplayName("the site's menu has every page, and no other than pages and goals")
    void menu() throws IOException {
        Set<String> items = new HashSet<>();
        ITEM.matcher(Files.readString(Path.of("src/site/site.xml")))
                .results()
                .map(item -> item.group(1))
                .filter(item -> !GENERATED.matcher(item).matches())
                .forEach(items::add);
        try (Stream<Path> pages = Files.list(PAGES)) {
            assertThat(items)
                    .containsExactlyInAnyOrderElementsOf(
                            pages.map(page -> page.getFileName().toString().replace(".md", ""))
                                    .toList());
        }
    }
}
