package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.loadshare.cloud.LoadshareNodeStep;
import io.jenkins.plugins.loadshare.settings.Requests;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the Snippet Generator writes, what forms of jobs keep, and what they say of wrong values. */
@WithJenkins
class SnippetsTest {

    private static JenkinsRule j;

    @BeforeAll
    static void configure(JenkinsRule rule) throws Exception {
        j = rule;
        Yaml.load("""
                hosts: [ { name: "l[01-04]" }, { name: big1, tags: [highmemory] } ]
                pools: [ { name: vnc, hosts: "l[01-04]" }, { name: meg, hosts: big1, usableBy: [megfolder] } ]
                licenses: [ { name: matlab, process: MATLAB, perUser: 8 } ]
                software:
                  - { name: spm, pool: vnc, versions: [ { name: spm12, path: /x } ] }
                  - { name: neuromag, pool: meg, commands: [ maxfilter, "recon-all -openmp {slots}" ] }
                """);
        j.createFolder("megfolder");
        j.createFolder("other");
    }

    private static <S extends PlacingStep> S full(S step) {
        step.setPool("vnc");
        step.setSoftware("spm");
        step.setHosts("l[01-04]");
        step.setLicense("matlab");
        step.setTags(List.of("a b"));
        step.setMinMemory("8G");
        step.setMinCores("4");
        step.setMaxLoad("0.5");
        step.setSlots(2);
        step.setWait("10m");
        step.setScan(false);
        step.setCredentialsId("imaging");
        return step;
    }

    private static LoadshareStep fullStep() {
        LoadshareStep step = full(new LoadshareStep("echo 'x'\nmake"));
        step.setVersion("spm12");
        step.setDir("study");
        step.setEnv(List.of("A=1\nB=two\nlines"));
        step.setReturnStatus(true);
        step.setTimeLimit("2h");
        step.setRetryLicense(3);
        step.setCollect("figures/**");
        step.setDisplay("virtual");
        step.setMemoryLimit("16G");
        return step;
    }

    /** The step as a Pipeline would make it of what the snippet says. */
    private static void assertSnippet(String snippet, Step step) throws Exception {
        assertThat(Snippetizer.object2Groovy(step)).isEqualTo(snippet);
        @SuppressWarnings("unchecked")
        DescribableModel<Step> model = new DescribableModel<>((Class<Step>) step.getClass());
        Step again = model.instantiate(model.uninstantiate2(step).toMap(), null);
        assertThat(Snippetizer.object2Groovy(again)).isEqualTo(snippet);
    }

    @Test
    void whatIsNotSetDoesNotAppear() throws Exception {
        assertSnippet("loadshare 'make'", new LoadshareStep("make"));
        assertSnippet("withLoadshare {\n    // some block\n}", new WithLoadshareStep());
        assertSnippet("loadshareDesktop {\n    // some block\n}", new LoadshareDesktopStep());
        assertSnippet("loadshareScan()", new LoadshareScanStep());
        assertSnippet("loadshareNode {\n    // some block\n}", new LoadshareNodeStep());
    }

    @Test
    void whatIsSetAppears() throws Exception {
        assertSnippet(
                "loadshare collect: 'figures/**', credentialsId: 'imaging', dir: 'study', display: 'virtual', env: ['A=1', \'\'\'B=two\nlines\'\'\'], hosts: 'l[01-04]',"
                        + " license: 'matlab', maxLoad: '0.5', memoryLimit: '16G', minCores: '4', minMemory: '8G', pool: 'vnc',"
                        + " retryLicense: 3, returnStatus: true, scan: false, script: \'\'\'echo \\'x\\'\nmake\'\'\', slots: 2,"
                        + " software: 'spm', tags: ['a', 'b'], timeLimit: '2h', version: 'spm12', wait: '10m'",
                fullStep());
        assertSnippet(
                "withLoadshare(credentialsId: 'imaging', hosts: 'l[01-04]', license: 'matlab', maxLoad: '0.5',"
                        + " minCores: '4', minMemory: '8G', pool: 'vnc', scan: false, slots: 2, software: 'spm',"
                        + " tags: ['a', 'b'], wait: '10m') {\n    // some block\n}",
                full(new WithLoadshareStep()));
        LoadshareDesktopStep desktop = new LoadshareDesktopStep();
        desktop.setPool("vnc");
        desktop.setGeometry("1280x800");
        assertSnippet("loadshareDesktop(geometry: '1280x800', pool: 'vnc') {\n    // some block\n}", desktop);
        desktop.setNew(true);
        assertSnippet(
                "loadshareDesktop(geometry: '1280x800', 'new': true, pool: 'vnc') {\n    // some block\n}", desktop);
        LoadshareScanStep scan = new LoadshareScanStep();
        scan.setPool("vnc");
        scan.setMinReachable(30);
        assertSnippet("loadshareScan minReachable: 30, pool: 'vnc'", scan);
    }

    private static FreeStyleProject roundTrip(LoadshareStep step, LoadshareScanStep scan) throws Exception {
        FreeStyleProject project = j.createFreeStyleProject();
        project.getBuildersList().add(new LoadshareBuilder(step));
        project.getBuildersList().add(new ScanBuilder(scan));
        j.configRoundtrip(project);
        assertThat(Snippetizer.object2Groovy(
                        project.getBuildersList().get(LoadshareBuilder.class).getStep()))
                .isEqualTo(Snippetizer.object2Groovy(step));
        assertThat(Snippetizer.object2Groovy(
                        project.getBuildersList().get(ScanBuilder.class).getStep()))
                .isEqualTo(Snippetizer.object2Groovy(scan));
        return project;
    }

    @Test
    void formsOfFreestyleJobsKeepWhatIsSet() throws Exception {
        LoadshareScanStep scan = new LoadshareScanStep();
        scan.setPool("vnc");
        scan.setMinReachable(3);
        LoadshareStep step = fullStep();
        step.setReturnStatus(false); // nobody takes it in a freestyle job
        roundTrip(step, scan);
    }

    @Test
    void formsOfFreestyleJobsKeepDefaults() throws Exception {
        roundTrip(new LoadshareStep("make"), new LoadshareScanStep());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            LoadshareStep     | pool         | vnk       | `` | unknown pool 'vnk'; did you mean 'vnc'?
            LoadshareStep     | pool         | vnc       | `` | OK
            LoadshareStep     | software     | spn       | `` | unknown software 'spn'; did you mean 'spm'?
            LoadshareStep     | license      | matlap    | `` | unknown license 'matlap'; did you mean 'matlab'?
            LoadshareStep     | hosts        | l[3-1]    | `` | range '3-1' in 'l[3-1]' must increase
            LoadshareStep     | hosts        | l05       | `` | no host 'l05' in the configuration
            LoadshareStep     | hosts        | l[01-03]  | `` | OK
            LoadshareStep     | tags         | a/b       | `` | tag must be letters
            LoadshareStep     | minMemory    | much      | `` | minMemory:
            LoadshareStep     | minCores     | four      | `` | minCores: must be a number ≥ 0, was 'four'
            LoadshareStep     | maxLoad      | -1        | `` | maxLoad: must be a number ≥ 0, was '-1'
            LoadshareStep     | wait         | soon      | `` | wait: duration must be whole numbers with units
            LoadshareStep     | wait         | 10m       | `` | OK
            LoadshareStep     | timeLimit    | 0s        | `` | timeLimit must be ≥ 1s, was 0s
            LoadshareStep     | timeLimit    | soon      | `` | timeLimit: duration must be whole numbers with units
            LoadshareStep     | timeLimit    | 2h        | `` | OK
            LoadshareStep     | memoryLimit  | 512K      | `` | memoryLimit must be ≥ 1M, was 512K
            LoadshareStep     | memoryLimit  | much      | `` | memoryLimit:
            LoadshareStep     | memoryLimit  | 8G        | `` | OK
            LoadshareStep     | script       | ``        | `` | OK
            LoadshareStep     | script       | make      | `` | OK
            LoadshareStep     | display      | real      | `` | display must be 'virtual' or 'none', was 'real'
            LoadshareStep     | display      | virtual   | `` | OK
            LoadshareStep     | collect      | ../x/*    | `` | collect must be paths below the directory of the job
            LoadshareStep     | collect      | a, b/**   | `` | OK
            LoadshareStep     | retryLicense | -1        | `` | Number may not be negative
            LoadshareStep     | env          | A         | `` | env must be NAME=VALUE
            LoadshareStep     | version      | spm8      | software=spm | unknown version 'spm8' (configured: spm12)
            LoadshareStep     | command      | maxfiltr  | software=neuromag | unknown command 'maxfiltr'; did you mean 'maxfilter'? (configured: maxfilter, recon-all)
            LoadshareStep     | batch        | x         | software=neuromag | software 'neuromag' has no batch template in the configuration
            LoadshareStep     | script       | x         | batch=x | specify exactly one of script, command and batch (2 are set)
            LoadshareStep     | returnStdout | true      | returnStatus=true | returnStatus and returnStdout exclude each other
            LoadshareStep     | returnStdout | true      | returnStatus=false | OK
            WithLoadshareStep | slots        | -1        | `` | Number may not be negative
            WithLoadshareStep | slots        | 0         | `` | OK
            WithLoadshareStep | slots        | 2         | `` | OK
            WithLoadshareStep | pool         | vnk       | `` | unknown pool 'vnk'; did you mean 'vnc'?
            LoadshareScanStep | pool         | vnk       | `` | unknown pool 'vnk'; did you mean 'vnc'?
            LoadshareScanStep | minReachable | -1        | `` | Number may not be negative
            LoadshareScanStep | minReachable | 30        | `` | OK
            """)
    void aWrongValueIsSaidBesideItsField(String step, String field, String value, String sibling, String message)
            throws Exception {
        String answer = Requests.post(
                j.createWebClient(),
                "descriptorByName/io.jenkins.plugins.loadshare.steps." + step + "/check"
                        + Character.toUpperCase(field.charAt(0)) + field.substring(1),
                value,
                sibling);
        if (message.equals("OK")) {
            assertThat(answer).isEqualTo("<div/>");
        } else {
            assertThat(answer.replace("&#039;", "'")).as(answer).contains(message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LoadshareStep     | pool     |                   | "vnc","meg"           | "vnc"
            WithLoadshareStep | pool     |                   | "vnc","meg"           | "vnc"
            LoadshareScanStep | pool     |                   | "vnc","meg"           | "vnc"
            LoadshareStep     | software |                   | "spm","neuromag"      | "spm"
            LoadshareStep     | version  | software=spm      | "spm12"               | "spm12"
            LoadshareStep     | command  | software=neuromag | "maxfilter","recon-all" |
            LoadshareStep     | license  |                   | "matlab"              | "matlab"
            LoadshareStep     | tags     |                   | "highmemory"          |
            LoadshareStep     | hosts    |                   | "l01","l02","l03","l04","big1" | "l01","l02","l03","l04"
            """)
    void aFormSuggestsTheConfiguredNamesThatTheFolderMayUse(
            String step, String field, String sibling, String inside, String outside) throws Exception {
        String path = "/descriptorByName/io.jenkins.plugins.loadshare.steps." + step + "/fill"
                + Character.toUpperCase(field.charAt(0)) + field.substring(1) + "Items";
        String with = sibling == null ? "" : sibling;
        assertThat(fill("job/megfolder", "configurer", path, with)).isEqualTo("[" + inside + "]");
        assertThat(fill("job/other", "configurer", path, with)).isEqualTo(outside == null ? "[]" : "[" + outside + "]");
        assertThat(fill("job/megfolder", "reader", path, with)).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            pool     | megg      | unknown pool 'megg' (configured: vnc)
            pool     | meg       | other may not use pool 'meg'
            software | neuromagg | unknown software 'neuromagg' (configured: spm)
            software | neuromag  | other may not use pool 'meg'
            hosts    | big2      | no host 'big2' in the configuration
            hosts    | big1      | other may use none of the hosts
            """)
    void aCheckNamesNothingThatTheFolderMayNotUse(String field, String value, String message) throws Exception {
        String answer = fill(
                "job/other",
                "configurer",
                "/descriptorByName/io.jenkins.plugins.loadshare.steps.LoadshareStep/check"
                        + Character.toUpperCase(field.charAt(0)) + field.substring(1),
                value,
                "");
        assertThat(answer.replace("&#039;", "'")).contains(message).doesNotContain("meg,", ", meg", "did you mean");
    }

    private static String fill(String folder, String user, String path, String sibling) throws Exception {
        return fill(folder, user, path, "", sibling);
    }

    private static String fill(String folder, String user, String path, String value, String sibling) throws Exception {
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .toEveryone()
                .grant(Item.CONFIGURE)
                .everywhere()
                .to("configurer"));
        try {
            return Requests.post(j.createWebClient().login(user), folder + path, value, sibling);
        } finally {
            j.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
            j.jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        }
    }
}
