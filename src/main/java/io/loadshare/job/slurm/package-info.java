/** What jobs in a Slurm cluster need beside the protocol of {@code job.ssh}: how they are submitted. */
package io.loadshare.job.slurm;
