/** Execution of one command on one host within one deadline: start at {@link io.loadshare.transport.Transport}. */
package io.loadshare.transport;
