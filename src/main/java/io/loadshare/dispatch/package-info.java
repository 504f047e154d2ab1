/** From request to started job: place, reserve, wait, launch. */
package io.loadshare.dispatch;
