package io.github.cumulusmaven;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.http.Sleeper;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import org.apache.maven.plugin.AbstractMojo;

/** Maven → use case → work → protocol → bytes; Spark is abroad. Packages that are not there yet are governed already. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    static final String ROOT = "io.github.cumulusmaven";
    private static final String MOJO = ROOT + ".mojo..";

    @ArchTest
    static final ArchRule PACKAGES_USE_ONLY_THOSE_BELOW = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("mojo")
            .definedBy(MOJO)
            .layer("run")
            .definedBy(ROOT + ".run..")
            .layer("sandbox")
            .definedBy(ROOT + ".sandbox..")
            .layer("etl")
            .definedBy(ROOT + ".etl", ROOT + ".etl.completion..")
            .layer("etl.canary")
            .definedBy(ROOT + ".etl.canary..")
            .layer("hydrate")
            .definedBy(ROOT + ".hydrate..")
            .layer("deid")
            .definedBy(ROOT + ".deid..")
            .layer("table")
            .definedBy(ROOT + ".table..")
            .layer("bulk")
            .definedBy(ROOT + ".bulk..")
            .layer("smart")
            .definedBy(ROOT + ".smart..")
            .layer("http")
            .definedBy(ROOT + ".http..")
            .layer("redact")
            .definedBy(ROOT + ".redact..")
            .layer("fhir")
            .definedBy(ROOT + ".fhir..")
            .layer("files")
            .definedBy(ROOT + ".files..")
            .layer("progress")
            .definedBy(ROOT + ".progress..")
            .layer("spark")
            .definedBy(ROOT + ".spark..")
            .whereLayer("mojo")
            .mayOnlyAccessLayers(
                    "run",
                    "sandbox",
                    "etl",
                    "etl.canary",
                    "hydrate",
                    "deid",
                    "table",
                    "bulk",
                    "smart",
                    "http",
                    "redact",
                    "fhir",
                    "files",
                    "progress")
            .whereLayer("run")
            .mayOnlyAccessLayers(
                    "sandbox",
                    "etl",
                    "etl.canary",
                    "hydrate",
                    "deid",
                    "table",
                    "bulk",
                    "smart",
                    "http",
                    "redact",
                    "fhir",
                    "files",
                    "progress")
            .whereLayer("sandbox")
            .mayOnlyAccessLayers(
                    "hydrate", "deid", "table", "bulk", "smart", "http", "redact", "fhir", "files", "progress")
            .whereLayer("etl")
            .mayOnlyAccessLayers(
                    "etl.canary",
                    "hydrate",
                    "deid",
                    "table",
                    "bulk",
                    "smart",
                    "http",
                    "redact",
                    "fhir",
                    "files",
                    "progress")
            .whereLayer("etl.canary") // independent of what it checks: of the scrubber it sees the rules only
            .mayOnlyAccessLayers("deid", "bulk", "fhir", "files")
            .whereLayer("hydrate")
            .mayOnlyAccessLayers("bulk", "smart", "http", "redact", "fhir", "files", "progress")
            .whereLayer("deid") // less than its place allows: it also runs in Spark's JVM
            .mayOnlyAccessLayers("redact", "fhir", "files", "progress")
            .whereLayer("table")
            .mayOnlyAccessLayers("bulk", "smart", "http", "redact", "fhir", "files", "progress")
            .whereLayer("bulk")
            .mayOnlyAccessLayers("smart", "http", "redact", "fhir", "files", "progress")
            .whereLayer("smart")
            .mayOnlyAccessLayers("http", "redact", "fhir", "files", "progress")
            .whereLayer("http")
            .mayOnlyAccessLayers("redact", "fhir", "files", "progress")
            .whereLayer("redact")
            .mayOnlyAccessLayers("fhir", "files", "progress")
            .whereLayer("fhir")
            .mayOnlyAccessLayers("files", "progress")
            .whereLayer("files")
            .mayOnlyAccessLayers("progress")
            .whereLayer("progress")
            .mayNotAccessAnyLayer()
            .whereLayer("spark")
            .mayOnlyAccessLayers("deid", "fhir");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule JSON_KNOWS_NO_RULES = noClasses()
            .that()
            .resideInAPackage(ROOT + ".deid.json")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".deid", ROOT + ".deid.codebook");

    @ArchTest
    static final ArchRule ONLY_MOJO_SEES_MAVEN = noClasses()
            .that()
            .resideOutsideOfPackage(MOJO)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.maven..", "org.codehaus.plexus..", "javax.inject..");

    @ArchTest
    static final ArchRule ONLY_SMART_SEES_NIMBUS = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".smart..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.nimbusds..");

    @ArchTest
    static final ArchRule ONLY_SPARK_SEES_SPARK = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".spark..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "io.delta..", "scala..");

    @ArchTest
    static final ArchRule THE_LOWEST_NEED_ONLY_THE_JDK = classes()
            .that()
            .resideInAnyPackage(ROOT + ".files..", ROOT + ".redact..", ROOT + ".progress..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            ROOT + ".files..",
                            ROOT + ".redact..",
                            ROOT + ".progress..",
                            "java..",
                            "org.jspecify.annotations..")
                    // A list of names, which itself needs only the JDK: only these may be shown of what names a type.
                    .or(type(ResourceType.class)));

    @ArchTest
    static final ArchRule THE_CORE_HAS_LISTENERS_AND_NO_LOGGER = noClasses()
            .that()
            .resideOutsideOfPackage(MOJO)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.util.logging..", "org.slf4j..", "org.apache.logging..", "org.apache.commons.logging..")
            .orShould(writeToTheConsole());

    @ArchTest
    static final ArchRule ONLY_THE_SLEEPER_SLEEPS = noClasses()
            .that()
            .doNotBelongToAnyOf(Sleeper.class)
            .should()
            .callMethodWhere(target(owner(type(Thread.class))).and(target(nameMatching("sleep"))))
            .orShould()
            .callMethodWhere(target(owner(type(TimeUnit.class))).and(target(nameMatching("sleep"))));

    @ArchTest
    static final ArchRule TIME_IS_HANDED_IN = noClasses()
            .that()
            .resideOutsideOfPackage(MOJO)
            .should()
            .callMethodWhere(target(owner(resideInAPackage("java.time.."))).and(target(nameMatching("now"))))
            .orShould()
            .callMethodWhere(target(owner(resideInAPackage("java.time")))
                    .and(target(nameMatching("system|systemUTC|systemDefaultZone"))))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callConstructor(Date.class);

    @ArchTest
    static final ArchRule ABSTRACT_MOJOS_HOLD_PARAMETERS = methods()
            .that()
            .areDeclaredInClassesThat(abstractMojos())
            .should()
            .beDeclaredIn(ROOT + ".mojo.AbstractCumulusMojo")
            .because("goals inherit parameters, and compose what they do");

    @ArchTest
    static final ArchRule GOALS_OVERRIDE_ONE_METHOD = methods()
            .that()
            .areDeclaredInClassesThat(abstractMojos())
            .and()
            .areNotPrivate()
            .and()
            .areNotStatic()
            .and()
            .areNotFinal()
            .should()
            .haveName("run")
            .andShould()
            .haveModifier(JavaModifier.ABSTRACT);

    private static DescribedPredicate<JavaClass> abstractMojos() {
        return assignableTo(AbstractMojo.class)
                .and(modifier(JavaModifier.ABSTRACT))
                .as("abstract mojos");
    }

    private static DescribedPredicate<JavaClass> type(Class<?> type) {
        return JavaClass.Predicates.equivalentTo(type);
    }

    private static ArchCondition<JavaClass> writeToTheConsole() {
        return accessField(System.class, "out").or(accessField(System.class, "err"));
    }
}
