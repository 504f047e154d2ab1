/**
 * Jenkins agents on hosts that loadshare chooses. Start at {@link io.jenkins.plugins.loadshare.cloud.AgentRequest}.
 */
package io.jenkins.plugins.loadshare.cloud;
