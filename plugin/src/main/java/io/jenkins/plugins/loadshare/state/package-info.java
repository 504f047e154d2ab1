/** What loadshare keeps between two runs of Jenkins: start at {@link io.jenkins.plugins.loadshare.state.JenkinsState}. */
package io.jenkins.plugins.loadshare.state;
