/** What is known of the hosts' load and how old it is: start at {@link io.loadshare.load.LoadBoard}. */
package io.loadshare.load;
