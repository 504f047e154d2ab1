/** The page with all hosts. Start with {@link io.jenkins.plugins.loadshare.page.LoadsharePage}. */
package io.jenkins.plugins.loadshare.page;
