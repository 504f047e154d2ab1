/** SSH, or what a site has in its place, by an external program: start at {@link io.loadshare.transport.external.ExternalTransport}. */
package io.loadshare.transport.external;
