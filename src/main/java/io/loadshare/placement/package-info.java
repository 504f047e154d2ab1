/** Decides which host gets a job, as a pure function. Start with {@link io.loadshare.placement.Placer}. */
package io.loadshare.placement;
