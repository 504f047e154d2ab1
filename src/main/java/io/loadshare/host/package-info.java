/** Hosts and pools. Start with {@link io.loadshare.host.HostInventory}. */
package io.loadshare.host;
