package io.jenkins.plugins.loadshare.steps;

import hudson.EnvVars;
import hudson.model.Computer;
import io.loadshare.job.JobSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The build's variables that a job on another machine receives: the build's own, and none of the controller's process.
 */
final class BuildVariables {

    /** Variables that describe the machine on which a build runs. */
    private static final Set<String> OF_MACHINE = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "PWD",
            "OLDPWD",
            "TMPDIR",
            "JAVA_HOME",
            "WORKSPACE",
            "WORKSPACE_TMP",
            "JENKINS_HOME",
            "NODE_NAME",
            "NODE_LABELS",
            "EXECUTOR_NUMBER",
            "HUDSON_HOME",
            "LD_LIBRARY_PATH",
            "DISPLAY",
            "XAUTHORITY");

    /** The desktop in whose block a step runs: {@code l03:1}. */
    static final String DESKTOP = "LOADSHARE_DESKTOP";

    /** Variables that are valid only on the host of the desktop in whose block a step runs. */
    static final Set<String> OF_DESKTOP = Set.of("DISPLAY", "XAUTHORITY");

    private BuildVariables() {}

    /** Returns the host of the desktop in whose block a step runs. */
    static Optional<String> desktopHost(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(DESKTOP)).map(name -> name.substring(0, name.lastIndexOf(':')));
    }

    /** @param computer the build's node; null if it has none */
    static Map<String, String> of(EnvVars environment, Computer computer) throws IOException, InterruptedException {
        Map<String, String> variables = new TreeMap<>(environment);
        if (computer != null) {
            variables.entrySet().removeAll(computer.getEnvironment().entrySet());
        }
        variables.entrySet().removeAll(EnvVars.masterEnvVars.entrySet());
        variables.keySet().removeIf(name -> OF_MACHINE.contains(name) || !JobSpec.isVariable(name));
        if (environment.containsKey(DESKTOP)) {
            OF_DESKTOP.forEach(name -> variables.put(name, environment.get(name)));
        }
        return variables;
    }
}
