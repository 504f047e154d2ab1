/** What builds can do: run a job on the least loaded host, hold a place there, scan. */
package io.jenkins.plugins.loadshare.steps;
