/** Which hosts there are: start at {@link io.loadshare.host.HostInventory}. */
package io.loadshare.host;
