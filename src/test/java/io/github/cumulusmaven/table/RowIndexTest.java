package io.github.cumulusmaven.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.files.Sha256;
import io.github.cumulusmaven.table.RowBuffer.RowKey;
import io.github.cumulusmaven.table.RowIndex.Outdated;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowIndexTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("ETL-tables: of rows with the same id only the last stays")
    void laterRowWins() throws IOException {
        RowIndex index = new RowIndex(folder.resolve("index"), 100);
        for (String id : new String[] {"a", "b", "a", "c", "a"}) {
            index.add(key(id));
        }
        Outdated outdated = index.outdated();
        assertThat(outdated.superseded()).isEqualTo(2);
        assertThat(outdated.contains(0)).isTrue();
        assertThat(outdated.contains(1)).isFalse();
        assertThat(outdated.contains(2)).isTrue();
        assertThat(outdated.contains(4)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 100})
    @DisplayName("ETL-tables: where the first row is to stay, the later ones go, and a deletion takes the first away")
    void firstRowStays(int limit) throws IOException {
        RowIndex index = new RowIndex(folder.resolve("index"), limit);
        for (String id : new String[] {"a", "b", "a", "c", "a", "b"}) {
            index.add(key(id));
        }
        index.delete(key("b"));
        index.keepFirst();
        Outdated outdated = index.outdated();
        assertThat(outdated.superseded()).isEqualTo(3);
        assertThat(outdated.deleted()).isEqualTo(1);
        for (int row = 0; row < 6; row++) {
            assertThat(outdated.contains(row)).as("row %d", row).isEqualTo(row != 0 && row != 3);
        }
    }

    @Test
    @DisplayName("ETL-tables: a deleted id takes its last row away, and is no row itself")
    void deletion() throws IOException {
        RowIndex index = new RowIndex(folder.resolve("index"), 100);
        index.add(key("a"));
        index.add(key("b"));
        index.add(key("a"));
        index.delete(key("a"));
        index.delete(key("never-seen"));
        Outdated outdated = index.outdated();
        assertThat(outdated.superseded()).isEqualTo(1);
        assertThat(outdated.deleted()).isEqualTo(1);
        assertThat(outdated.contains(1)).isFalse();
        assertThat(index.rows()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"4,true", "4,false", "100,true", "100,false"})
    @DisplayName(
            "ETL-tables: a deletion takes earlier rows away only; a later row brings its id back, be first or last to stay")
    void broughtBack(int limit, boolean firstStays) throws IOException {
        RowIndex index = new RowIndex(folder.resolve("index"), limit);
        if (firstStays) {
            index.keepFirst();
        }
        index.add(key("a"));
        index.add(key("b"));
        index.delete(key("a"));
        index.delete(key("b"));
        index.delete(key("c"));
        index.add(key("a"));
        index.add(key("a"));
        index.delete(key("b"));
        Outdated outdated = index.outdated();
        assertThat(outdated.deleted()).isEqualTo(2);
        assertThat(outdated.superseded()).isEqualTo(1);
        assertThat(outdated.contains(firstStays ? 2 : 3)).isFalse();
        for (int deletion = 0; deletion < 4; deletion++) {
            assertThat(outdated.isObsolete(deletion))
                    .as("deletion %d", deletion)
                    .isEqualTo(deletion < 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 1000, 1 << 20})
    @DisplayName("ETL-tables: however few keys fit into memory, the same rows are found")
    void memoryDoesNotMatter(int limit) throws IOException {
        Random random = new Random(7);
        RowIndex index = new RowIndex(folder.resolve("index"), limit);
        Map<Integer, Long> last = new HashMap<>();
        int rows = limit == 4 ? 300 : 20_000;
        int[] ids = random.ints(rows, 0, rows / 2).toArray();
        for (int row = 0; row < rows; row++) {
            index.add(key("id-" + ids[row]));
            last.put(ids[row], (long) row);
        }
        Outdated outdated = index.outdated();
        assertThat(outdated.superseded()).isEqualTo(rows - last.size());
        for (int row = 0; row < rows; row++) {
            assertThat(outdated.contains(row)).as("row %d", row).isEqualTo(last.get(ids[row]) != row);
        }
    }

    @Test
    @DisplayName("ETL-tables: ids that are hashes, and others, are told apart by all of their first 32 digits")
    void keys() {
        String hash = "0123456789abcdef".repeat(4);
        assertThat(key(hash)).isEqualTo(key(hash));
        for (int digit = 0; digit < 32; digit++) {
            String other =
                    hash.substring(0, digit) + (hash.charAt(digit) == '7' ? '8' : '7') + hash.substring(digit + 1);
            assertThat(key(other)).isNotEqualTo(key(hash));
        }
        assertThat(key(hash.substring(1))).isNotEqualTo(key(hash));
        assertThat(key(hash.replace('a', 'A'))).isNotEqualTo(key(hash));
        assertThat(key("a")).isNotEqualTo(key("b"));
    }

    private static RowKey key(String id) {
        return RowKey.of(id, Sha256.begin());
    }
}
