/** Running a command that survives its starter. */
package io.loadshare.job;
