/**
 * License seats: who holds them, and where the next may be taken. Start with {@link io.loadshare.license.LicenseUsage}.
 */
package io.loadshare.license;
