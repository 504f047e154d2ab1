/** SSH with the JSch library: start at {@link io.loadshare.transport.jsch.JschTransport}. */
package io.loadshare.transport.jsch;
