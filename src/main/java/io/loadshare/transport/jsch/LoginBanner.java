package io.loadshare.transport.jsch;

import com.jcraft.jsch.UserInfo;
import io.loadshare.Quoted;

/**
 * The text that a server sends during a login, for example that the account has expired. Prompts are never shown to a
 * person.
 */
final class LoginBanner implements UserInfo {

    private static final int REMEMBERED = 300;

    private String text = "";

    /** Returns the last part of the text for a message; empty if the server sent none. */
    synchronized String words() {
        String shown = Quoted.printable(text.strip());
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
