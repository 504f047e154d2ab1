package io.loadshare;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The house's plan: which package may use which, and what none may do. */
class ArchitectureTest {

    private static final String ROOT = "io.loadshare";

    /** All packages, ground floor first. */
    private static final List<String> PACKAGES = List.of(
            "host",
            "load",
            "ledger",
            "license",
            "placement",
            "transport",
            "probe",
            "scan",
            "job",
            "dispatch",
            "store",
            "statecheck",
            "agent",
            "software",
            "desktop",
            "config",
            "wiring",
            "cli");

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("host", Set.of()),
            Map.entry("load", Set.of("host")),
            Map.entry("ledger", Set.of("host", "load")),
            Map.entry("license", Set.of("host", "load", "ledger")),
            Map.entry("placement", Set.of("host", "load", "ledger", "license")),
            Map.entry("transport", Set.of("host")),
            Map.entry("probe", Set.of("host", "load", "transport")),
            Map.entry("scan", upTo("probe")),
            Map.entry("job", Set.of("host", "transport")),
            Map.entry("dispatch", upTo("job")),
            Map.entry("store", upTo("dispatch")),
            Map.entry("statecheck", upTo("store")),
            Map.entry("agent", upTo("store")),
            Map.entry("software", upTo("dispatch")),
            Map.entry("desktop", upTo("software")),
            Map.entry("config", upTo("desktop")),
            Map.entry("wiring", upTo("config")),
            Map.entry("cli", upTo("wiring")));

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static Set<String> upTo(String last) {
        return new HashSet<>(PACKAGES.subList(0, PACKAGES.indexOf(last) + 1));
    }

    private static String[] patterns(Stream<String> packages) {
        return packages.map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }

    static List<String> packages() {
        return PACKAGES;
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatItMay(String name) {
        String[] allowed = patterns(Stream.concat(Stream.of(name), MAY_USE.get(name).stream()));
        DescribedPredicate<JavaClass> ours =
                resideInAPackage(ROOT + "..").and(not(resideInAPackage(ROOT))).as("ours");

        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(ours.and(not(resideInAnyPackage(allowed))))
                .as(name + " may use " + MAY_USE.get(name))
                .check(CORE);
    }

    @Test
    void everyPackageHasItsPlaceInThePlan() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CORE) {
            String rest = type.getPackageName().substring(ROOT.length());
            if (!rest.isEmpty()) {
                found.add(rest.split("\\.")[1]);
            }
        }

        assertThat(PACKAGES).containsAll(found);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CORE);
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CORE);
    }

    /** The parts of a package, as pairs of which the first must not use the second. */
    @ParameterizedTest
    @CsvSource({
        "job, job.ssh",
        "job, job.slurm",
        "job.slurm, job.ssh",
        "dispatch, job.ssh",
        "agent.server, agent.client",
        "agent.client, agent.server",
        "cli.console, cli.services",
        "cli.services, cli.options",
        "cli.options, cli.launch",
        "cli.launch, cli.command"
    })
    void aPartUsesOnlyPartsBelowIt(String lower, String upper) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + lower)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "." + upper)
                .check(CORE);
    }

    /** The reader of the configuration needs the key, to report the line of the file. */
    @Test
    void settingsNameTheKeyOfAnInvalidValue() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Settings")
                .should()
                .callConstructor(IllegalArgumentException.class, String.class)
                .check(CORE);
    }

    @Test
    void placementIsAPureFunction() {
        noClasses()
                .that()
                .resideInAnyPackage(patterns(Stream.of("host", "load", "ledger", "license", "placement")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.nio.file..", "java.nio.channels..", "java.net..", "java.util.logging..")
                        .or(resideInAPackage("java.io..")
                                .and(not(DescribedPredicate.describe(
                                        "exceptions", type -> type.isAssignableTo(Exception.class))))))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.InstantSource.class)
                .as("what decides, and what it decides on, does no I/O and knows no clock or thread")
                .check(CORE);
    }

    /** Who may use the hidden clocks and dice of the JVM outside {@code cli}, where everything else gets its own. */
    private static final Map<String, String> EXEMPT = Map.ofEntries(
            Map.entry("io.loadshare.store.AtomicFile", "names of temporary files"),
            Map.entry("io.loadshare.statecheck.StateCheck", "names of files that nobody else has"),
            Map.entry("io.loadshare.statecheck.StatePeer", "a mark that no login banner prints"),
            Map.entry("io.loadshare.store.Scans", "how long a lock is tried for"),
            Map.entry("io.loadshare.store.Exclusions", "how long a lock is tried for"),
            Map.entry("io.loadshare.job.ssh.HostJobPoller", "how long an answer is waited for"),
            Map.entry("io.loadshare.job.ssh.SshJobEngine", "how long an answer is waited for"),
            Map.entry(
                    "io.loadshare.job.ssh.JobLauncher",
                    "a mark that no job prints, and how long a host is called again"),
            Map.entry("io.loadshare.probe.Probe", "a mark that no login banner prints"),
            Map.entry("io.loadshare.transport.openssh.FileCache", "a salt"),
            Map.entry("io.loadshare.transport.ShellGate", "a proof that nobody can guess"),
            Map.entry("io.loadshare.agent.server.AgentService", "the service wires itself"),
            Map.entry("io.loadshare.agent.server.AgentMemory", "names of records that nobody else has"),
            Map.entry("io.loadshare.agent.server.SecretGenerator", "secrets that no caller may choose"));

    @Test
    void timeAndRandomnessAreConstructorArguments() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass type : CORE.that(resideOutsideOfPackage(ROOT + ".cli.."))) {
            type.getAccessesFromSelf().stream()
                    .filter(ArchitectureTest::isHiddenInput)
                    .forEach(access -> found.computeIfAbsent(outermost(type), name -> new TreeSet<>())
                            .add(access.getDescription()));
        }

        assertThat(found.keySet())
                .as(found.values().stream().flatMap(Set::stream).collect(joining("\n")))
                .isSubsetOf(EXEMPT.keySet());
    }

    private static boolean isHiddenInput(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        boolean clock = owner.isEquivalentTo(System.class)
                        && Set.of("nanoTime", "currentTimeMillis").contains(name)
                || owner.getPackageName().equals("java.time")
                        && Set.of("now", "system", "systemUTC", "systemDefaultZone")
                                .contains(name);
        boolean dice = owner.isEquivalentTo(Math.class) && name.equals("random")
                || name.equals("randomUUID")
                || owner.isEquivalentTo(ThreadLocalRandom.class)
                || owner.isAssignableTo(Random.class)
                        && name.equals("<init>")
                        && access.getTarget().getFullName().endsWith("()");
        return clock || dice;
    }

    private static String outermost(JavaClass type) {
        return type.getName().split("\\$")[0];
    }

    @ParameterizedTest
    @CsvSource({
        "picocli.., cli",
        "org.jline.., cli",
        "me.tongfei.., cli",
        "org.snakeyaml.., config",
        "com.fasterxml.jackson.., cli agent",
        "com.jcraft.jsch.., transport.jsch"
    })
    void aLibraryIsUsedOnlyWhereItBelongs(String library, String users) {
        noClasses()
                .that()
                .resideOutsideOfPackages(patterns(Arrays.stream(users.split(" "))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CORE);
    }

    @Test
    void noExceptionIsThrownWithoutAMessage() {
        noClasses()
                .should()
                .callConstructorWhere(DescribedPredicate.describe(
                        "makes an exception without arguments",
                        call -> call.getTargetOwner().isAssignableTo(Exception.class)
                                && !call.getTargetOwner().getName().startsWith(ROOT)
                                && call.getTarget().getRawParameterTypes().isEmpty()))
                .check(CORE);
    }

    @Test
    void valuesAreRecordsOrFinal() {
        classes()
                .that()
                .resideInAnyPackage(patterns(Stream.of("host", "load", "ledger", "license", "placement")))
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CORE);
    }
}
