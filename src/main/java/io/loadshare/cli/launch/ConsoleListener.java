package io.loadshare.cli.launch;

import io.loadshare.Numbers;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.ExplanationText;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.host.HostName;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A listener that prints the progress of a request on stderr.
 *
 * @param oneHost whether the request allows only one host
 * @param detail the number of {@code -d} options: 1 also prints where the job goes, 2 why, 3 each step on the way
 */
public record ConsoleListener(Console console, int detail, boolean oneHost) implements DispatchListener {

    /** Returns the option that asks for detail. */
    public static OptionBinding<boolean[]> detailOption() {
        return OptionBinding.option(
                new boolean[0],
                "Print where the job runs; twice: why; three times: each step on the way.",
                () -> OptionSpec.builder("-d").type(boolean[].class).arity("0"));
    }

    @Override
    public void goesTo(PlacedRequest place) {
        String where = "job " + place.id() + " goes to " + place.host().name();
        if (detail == 1) {
            console.say(where + " (score " + Numbers.print(place.decision().score()) + ")");
        } else if (detail > 1) {
            console.say(where + "\n"
                    + ExplanationText.print(place.decision().explanation()).strip());
        }
    }

    @Override
    public void waitsFor(List<String> reasons) {
        console.say("waiting for a host:\n  " + String.join("\n  ", reasons));
    }

    @Override
    public void unanswered(PlacedRequest place) {
        console.say(place.host().name() + " was asked to start job " + place.id()
                + " and has not answered; asking it for up to a minute");
    }

    @Override
    public void goesElsewhere(HostName host, String reason) {
        String named = reason.contains(host.value()) ? reason : host + ": " + reason;
        console.say(named + (oneHost ? "" : "; trying another host"));
    }

    @Override
    public void step(String words) {
        if (detail > 2) {
            console.say(words);
        }
    }

    @Override
    public void warn(String message) {
        console.say("warning: " + message);
    }
}
