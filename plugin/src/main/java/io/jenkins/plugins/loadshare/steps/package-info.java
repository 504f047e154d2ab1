/** The steps for builds: run a job on the least loaded host, hold a slot there, and scan. */
package io.jenkins.plugins.loadshare.steps;
