/** The core's parts at work in Jenkins: start at {@link io.jenkins.plugins.loadshare.service.LoadshareService}. */
package io.jenkins.plugins.loadshare.service;
