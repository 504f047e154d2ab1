package io.loadshare.transport.jsch;

import com.jcraft.jsch.UserInfo;
import io.loadshare.transport.ShellWords;

/** What a server says during a login, such as that the account has expired. Nobody is asked for anything. */
final class LoginBanner implements UserInfo {

    private static final int REMEMBERED = 300;

    private String text = "";

    /** The last of it for a message; empty if nothing came. */
    synchronized String words() {
        String shown = ShellWords.display(text.strip());
        String last = shown.substring(Math.max(0, shown.length() - REMEMBERED));
        return last.isEmpty() ? "" : ". The server said: '" + last + "'";
    }

    @Override
    public synchronized void showMessage(String message) {
        String all = text + message;
        text = all.substring(Math.max(0, all.length() - REMEMBERED));
    }

    @Override
    public String getPassphrase() {
        return null;
    }

    @Override
    public String getPassword() {
        return null;
    }

    @Override
    public boolean promptPassword(String message) {
        return false;
    }

    @Override
    public boolean promptPassphrase(String message) {
        return false;
    }

    @Override
    public boolean promptYesNo(String message) {
        return false;
    }
}
