/**
 * License seats of builds on nodes. Start with {@link io.jenkins.plugins.loadshare.seats.SeatAllocator}, which acquires
 * them; {@link io.jenkins.plugins.loadshare.seats.SeatDispatcher} holds a build in the Queue until it has one.
 */
package io.jenkins.plugins.loadshare.seats;
