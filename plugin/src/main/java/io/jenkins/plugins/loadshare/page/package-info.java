/** What people see of the hosts as a whole: start at {@link io.jenkins.plugins.loadshare.page.LoadsharePage}. */
package io.jenkins.plugins.loadshare.page;
