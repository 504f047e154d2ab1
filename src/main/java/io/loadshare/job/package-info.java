/** Running a command that survives its starter: start at {@link io.loadshare.job.JobLauncher}. */
package io.loadshare.job;
