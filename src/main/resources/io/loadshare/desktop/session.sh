# The session of a desktop for which the configuration names none: the user's own, or otherwise that of the host.
for start in ~/.vnc/xstartup /etc/X11/Xsession /etc/X11/xinit/Xsession; do
    [ ! -x "$start" ] || exec "$start"
done
for start in x-session-manager startxfce4 mate-session x-window-manager icewm-session openbox twm xterm; do
    ! command -v "$start" >/dev/null || exec "$start"
done
echo 'loadshare: this host has no window manager: install one, write ~/.vnc/xstartup, or set desktop.session'
exit 69
