/** VNC desktops: finding or starting the desktop of a user. Start with {@link io.loadshare.desktop.Desktops}. */
package io.loadshare.desktop;
