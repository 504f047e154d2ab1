/** Installing, upgrading and removing the agents of hosts. */
package io.loadshare.agent.deployment;
