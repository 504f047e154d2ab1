/**
 * What jobs in a Slurm cluster need beside the protocol of {@code job.ssh}: how they are submitted, and how a program
 * joins them on their node.
 */
package io.loadshare.job.slurm;
