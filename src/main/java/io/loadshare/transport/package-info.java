/** One command on one host before one deadline: start at {@link io.loadshare.transport.Transport}. */
package io.loadshare.transport;
