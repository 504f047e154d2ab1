package io.jenkins.plugins.loadshare.steps;

import io.loadshare.desktop.Desktop;
import io.loadshare.job.Job;

/**
 * A desktop that ran before its step began. The step only uses it: it is not a job of the build.
 *
 * @param user the login name on its host
 */
record FoundDesktop(Desktop desktop, Job job, String user) {}
