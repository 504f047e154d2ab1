/**
 * The state that loadshare keeps across restarts of Jenkins. Start at {@link
 * io.jenkins.plugins.loadshare.state.JenkinsState}.
 */
package io.jenkins.plugins.loadshare.state;
