/** Commands on this machine, without SSH. */
package io.loadshare.transport.local;
