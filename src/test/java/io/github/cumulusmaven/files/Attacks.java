package io.github.cumulusmaven.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Makes what a neighbour who means harm could put into a folder. */
public final class Attacks {
    private static final int NEIGHBOUR = 54_321;

    private Attacks() {}

    /** Gives a file or folder to another user, which only root can. */
    public static Path giveAway(Path path) throws IOException {
        assumePosix(path);
        try {
            Files.setAttribute(path, "unix:uid", NEIGHBOUR);
        } catch (FileSystemException notRoot) {
            abort("only root can give files to another user");
        }
        return path;
    }

    /** Gives a file or folder to another group, which only root can, as far as a test knows. */
    public static Path giveToGroup(Path path, int group) throws IOException {
        assumePosix(path);
        try {
            Files.setAttribute(path, "unix:gid", group);
        } catch (FileSystemException notRoot) {
            abort("only root can give files to any group");
        }
        return path;
    }

    public static Path rights(Path path, String rights) throws IOException {
        assumePosix(path);
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
    }

    public static void assumePosix(Path path) {
        assumeTrue(path.getFileSystem().supportedFileAttributeViews().contains("unix"), "no owners and rights here");
    }

    /** A pipe that nobody writes into: opening it waits for ever. */
    public static Path pipe(Path path) throws IOException, InterruptedException {
        assumePosix(path);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        return path;
    }

    /** A file without content of any size. */
    public static Path huge(Path path, long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path;
    }

    /** Adds a line to a file that is longer than the memory of tests, and another one after it. */
    public static void endlessLine(Path file, String after) throws IOException {
        Files.writeString(file, "\n{\"", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        huge(file, Files.size(file) + 700L * 1024 * 1024);
        Files.writeString(file, "\n" + after + "\n", StandardOpenOption.APPEND);
    }

    /** Another JVM that runs a class of the tests, as a shell starts it that did something before. */
    public static ProcessBuilder java(String before, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                before + " exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + "target/test-classes",
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }
}
