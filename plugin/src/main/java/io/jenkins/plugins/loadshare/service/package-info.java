/** The core's services in Jenkins. Start at {@link io.jenkins.plugins.loadshare.service.LoadshareService}. */
package io.jenkins.plugins.loadshare.service;
