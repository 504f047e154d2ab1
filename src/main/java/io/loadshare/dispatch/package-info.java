/** From request to reserved place, and on to the end of the job: start at {@link io.loadshare.dispatch.Dispatcher}. */
package io.loadshare.dispatch;
