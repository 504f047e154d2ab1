/** Which host gets the job, as a pure function: start at {@link io.loadshare.placement.Placer}. */
package io.loadshare.placement;
