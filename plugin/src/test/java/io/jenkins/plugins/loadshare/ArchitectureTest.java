package io.jenkins.plugins.loadshare;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.init.Initializer;
import hudson.init.Terminator;
import hudson.model.Descriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.loadshare.settings.Settings;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plan of the plugin: which package may use which, and what may look up objects of Jenkins. */
class ArchitectureTest {

    private static final String ROOT = "io.jenkins.plugins.loadshare";

    private static final Map<String, Set<String>> MAY_USE = Map.of(
            "security", Set.of(),
            "settings", Set.of("security"),
            "state", Set.of("settings"),
            "nodes", Set.of("settings"),
            "seats", Set.of("settings", "state", "nodes"),
            "service", Set.of("security", "settings", "state", "nodes", "seats"),
            "steps", Set.of("settings", "service"),
            "cloud", Set.of("settings", "nodes", "seats", "service", "steps"),
            "page", Set.of("security", "settings", "state", "nodes", "service", "steps"));

    private static final JavaClasses PLUGIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    static Set<String> packages() {
        return MAY_USE.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatItMay(String name) {
        String[] allowed = Stream.concat(Stream.of(name), MAY_USE.get(name).stream())
                .map(each -> ROOT + "." + each + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .as(name + " may use " + MAY_USE.get(name))
                .check(PLUGIN);
    }

    @Test
    void everyPackageHasItsPlaceInThePlan() {
        Set<String> found = new TreeSet<>();
        PLUGIN.forEach(type -> found.add(type.getPackageName()));

        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        packages().stream().map(name -> ROOT + "." + name).toList());
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PLUGIN);
    }

    /** Everything else gets what it needs as an argument, so that it can be tested without Jenkins. */
    @Test
    void onlyWhatJenkinsCreatesLooksUpObjectsOfJenkins() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : PLUGIN) {
            type.getAccessesFromSelf().stream()
                    .filter(access -> isLookUp(access) && !isEntry(access.getOrigin()))
                    .forEach(access -> found.add(access.getDescription()));
        }

        assertThat(found).isEmpty();
    }

    private static boolean isLookUp(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return owner.isEquivalentTo(Jenkins.class) && (name.equals("get") || name.startsWith("getInstance"))
                || owner.isEquivalentTo(Settings.class) && name.equals("current")
                || owner.isEquivalentTo(ExtensionList.class) && name.startsWith("lookup")
                || owner.isAnnotatedWith(Extension.class) && name.equals("get");
    }

    /** Returns whether Jenkins itself calls a method, or creates its class by its type or annotation. */
    private static boolean isEntry(JavaCodeUnit unit) {
        JavaClass type = unit.getOwner();
        if (type.isEquivalentTo(Settings.class) && unit.getName().equals("current")) {
            return true; // is itself such a lookup
        }
        return type.isAnnotatedWith(Extension.class)
                || Stream.of(ExtensionPoint.class, Descriptor.class, Builder.class, StepExecution.class)
                        .anyMatch(type::isAssignableTo)
                || unit.isAnnotatedWith(Initializer.class)
                || unit.isAnnotatedWith(Terminator.class);
    }
}
