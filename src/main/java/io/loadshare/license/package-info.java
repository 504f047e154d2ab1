/** Who holds which license seat, and where the next may be taken: start at {@link io.loadshare.license.LicenseUsage}. */
package io.loadshare.license;
