package io.github.cumulusmaven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What ArchUnit does not see in classes: the words in their sources. */
class HouseTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/cumulusmaven");

    /** Write what users read: the goals, and a server that answers clients. */
    private static final Set<String> WRITERS = Set.of("mojo", "sandbox");

    /** How many literals of which classes are words that are none of mojo's, by the reason for it. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "go into log.ndjson, and some into export.json, and are said as they are: those files have no other words for it",
            Set.of(
                    "35 bulk/DamagedFile",
                    "3 bulk/DiskSpace",
                    "2 bulk/Downloader",
                    "2 bulk/JobRun",
                    "1 bulk/Links",
                    "9 http/HttpFailure",
                    "2 http/HttpRefusal",
                    "5 smart/Jwk",
                    "1 smart/JwksFile",
                    "1 smart/SmartConfiguration",
                    "19 smart/SmartFailure",
                    "1 smart/TokenEndpoint"),
            "go into fetch-error.ndjson",
            Set.of(
                    "4 hydrate/Fetcher",
                    "3 hydrate/MedicationHydrator",
                    "8 hydrate/Note",
                    "1 hydrate/NoteHydrator",
                    "9 hydrate/Problem"),
            "go into report.json",
            Set.of("1 deid/RuleIndex", "8 etl/canary/CanaryReport", "13 etl/Incomplete"),
            "stand where the operating system's own words stand, as the reason of a FileSystemException or IOException",
            Set.of(
                    "4 bulk/ExportStateFile",
                    "4 bulk/FolderSeal",
                    "2 etl/PieceReader",
                    "1 fhir/JsonParsers",
                    "1 fhir/ndjson/LineReader",
                    "1 files/FolderLock",
                    "4 files/GunzipStream",
                    "3 files/Ownership",
                    "1 files/PrivateFiles",
                    "7 files/RegularFiles",
                    "1 files/TemporaryFolder",
                    "1 files/VerifyingInputStream",
                    "1 hydrate/SourceLines",
                    "1 http/SentOnce",
                    "1 table/Staging"),
            "name what is tried again",
            Set.of("1 bulk/BulkExport", "1 bulk/KickOff"),
            "are no user's: of exceptions that are caught, or that nothing should throw",
            Set.of(
                    "1 bulk/KickOffNote",
                    "1 bulk/ManifestPage",
                    "2 deid/codebook/CachedMappings",
                    "1 deid/json/Unreadable",
                    "1 etl/canary/JsonString",
                    "1 etl/canary/PatientReader",
                    "1 etl/canary/PhiFound",
                    "2 etl/canary/RowCheck",
                    "1 files/Sha256",
                    "2 http/HttpGateway",
                    "1 hydrate/Crew",
                    "1 run/UnsealedFolder"),
            "are the sandbox's answers",
            Set.of("10 smart/AssertionVerifier"),
            "are lists of names, or forms of numbers",
            Set.of("1 fhir/ResourceType", "2 http/SignedUrl", "3 progress/Amounts"));

    private static final Pattern TOKEN = Pattern.compile("//.*|/\\*[\\s\\S]*?\\*/|\"\"\"(?<block>[\\s\\S]*?)\"\"\""
            + "|\"(?<text>(?:\\\\.|[^\"\\\\])*)\"|'(?:\\\\.|[^'\\\\])+'");

    private static final Pattern WORD = Pattern.compile("(?<!\\S)[^\\w\\s]*[A-Za-z][\\w'’-]*[^\\w\\s]*(?!\\S)");
    private static final int SENTENCE = 3;

    @Test
    @DisplayName("what a user reads is written in mojo: no other package has literals of three or more words")
    void sentences() throws IOException {
        Map<String, List<String>> found = new TreeMap<>(sentencesByClass());
        found.keySet().removeIf(name -> WRITERS.contains(packageOf(name)));
        found.entrySet().removeIf(words -> allowed().contains(excuse(words)));

        assertThat(found).isEmpty();
    }

    @Test
    @DisplayName("and none is excused that is not there")
    void excuses() throws IOException {
        assertThat(sentencesByClass().entrySet().stream().map(HouseTest::excuse))
                .containsAll(allowed());
    }

    @Test
    @DisplayName("sentences are known from other literals, and comments are none")
    void detector() {
        assertThat(
                        sentences(
                                """
                /** a comment of many words */
                x("must be from " + 1); // "one more comment here"
                y("application/json", "a b", '"', "it is not there", "\\"quoted\\" words are words");
                """))
                .containsExactly("must be from ", "it is not there", "\\\"quoted\\\" words are words");
    }

    private static String excuse(Map.Entry<String, List<String>> words) {
        return words.getValue().size() + " " + words.getKey();
    }

    private static Set<String> allowed() {
        return ALLOWED.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, List<String>> sentencesByClass() throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                List<String> sentences = sentences(Files.readString(file));
                if (!sentences.isEmpty()) {
                    String name = SOURCES.relativize(file).toString().replace('\\', '/');
                    found.put(name.substring(0, name.length() - ".java".length()), sentences);
                }
            }
        }
        return found;
    }

    private static String packageOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    private static List<String> sentences(String source) {
        return TOKEN.matcher(source)
                .results()
                .map(HouseTest::literal)
                .filter(text -> WORD.matcher(text).results().count() >= SENTENCE)
                .toList();
    }

    private static String literal(MatchResult token) {
        Matcher again = TOKEN.matcher(token.group());
        if (!again.matches()) {
            return "";
        }
        String text = again.group("text") == null ? again.group("block") : again.group("text");
        return text == null ? "" : text;
    }
}
