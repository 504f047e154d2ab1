/** Dispatch of requests: reservation, start and end of jobs. Start at {@link io.loadshare.dispatch.Dispatcher}. */
package io.loadshare.dispatch;
