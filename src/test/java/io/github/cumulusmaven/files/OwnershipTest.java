package io.github.cumulusmaven.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnershipTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void file() throws Exception {
        file = Files.writeString(temp.resolve("it's mine"), "");
        Attacks.assumePosix(file);
    }

    private UnsafePath refusal() {
        return catchThrowableOfType(UnsafePath.class, () -> Ownership.require(file));
    }

    @ParameterizedTest
    @DisplayName("a file of this user that only this user can write passes, whoever can read it")
    @ValueSource(strings = {"rw-------", "rw-r--r--", "rwxr-xr-x"})
    void own(String rights) throws Exception {
        Attacks.rights(file, rights);
        Ownership.require(file);
    }

    @ParameterizedTest
    @DisplayName("a file that others can write is refused with the chmod to run")
    @ValueSource(strings = {"rw--w----", "rw-----w-", "rwxrwxrwx"})
    void writable(String rights) throws Exception {
        Attacks.rights(file, rights);
        assertThat(refusal().getReason()).isEqualTo("other users may write it");
        assertThat(refusal().remedy()).isEqualTo("chmod go-w '" + temp + "/it'\\''s mine'");
    }

    @Test
    @DisplayName("a file of another user is refused with the chown to run")
    void foreign() throws Exception {
        Attacks.giveAway(file);
        assertThat(refusal().getReason())
                .isEqualTo("it belongs to 54321, and this is " + System.getProperty("user.name"));
        assertThat(refusal().remedy())
                .isEqualTo("chown " + System.getProperty("user.name") + " '" + temp + "/it'\\''s mine'");
        assertThat(Ownership.isOwn(file)).isFalse();
    }

    @Test
    @DisplayName("the system administrator's files pass, as with OpenSSH: so secrets are mounted in containers")
    void administrators() throws Exception {
        Ownership.require(Path.of("/"));
    }

    @Test
    @DisplayName("a file that others can read is told of with the chmod to run, where this user can change that")
    void exposure() throws Exception {
        assertThat(Ownership.exposure(Attacks.rights(file, "rw-------"))).isEmpty();
        assertThat(Ownership.exposure(Attacks.rights(file, "rw-r-----")))
                .contains("chmod go-r '" + temp + "/it'\\''s mine'");
        Attacks.giveAway(file);
        assertThat(Ownership.exposure(file)).isEmpty();
    }
}
