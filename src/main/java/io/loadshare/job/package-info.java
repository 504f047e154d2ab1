/** Jobs on hosts: commands that survive the client that started them. Start at {@link io.loadshare.job.JobEngine}. */
package io.loadshare.job;
