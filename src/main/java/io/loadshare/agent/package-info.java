/** Live load over HTTP: settings and formats that the server and the client of agents share. */
package io.loadshare.agent;
