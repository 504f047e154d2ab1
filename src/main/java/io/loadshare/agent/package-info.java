/** Live load over HTTP: the service on a host and its client. */
package io.loadshare.agent;
