/** Tests whether a state directory keeps its guarantees to several processes and hosts. */
package io.loadshare.statecheck;
