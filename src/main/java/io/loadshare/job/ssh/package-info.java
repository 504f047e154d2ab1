/** Jobs that a shell on their host starts, reached by a transport, with a control directory on the host. */
package io.loadshare.job.ssh;
