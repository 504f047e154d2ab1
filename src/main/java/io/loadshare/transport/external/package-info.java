/**
 * SSH, or a site's substitute for it, by an external program: start at {@link
 * io.loadshare.transport.external.ExternalTransport}.
 */
package io.loadshare.transport.external;
