package io.loadshare.agent.client;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QueryAnswer;
import io.loadshare.agent.QueryAnswerText;
import io.loadshare.agent.SecretFile;
import io.loadshare.host.Host;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/**
 * An HTTP client for any number of agents at the same time, with few threads. Every method returns at once; a returned
 * future fails with a {@link LoadshareException}, with an {@link AgentException} for the reason. Any thread may call.
 */
public final class AgentClient {

    private static final int THREADS = 4;
    private static final int NO_CONTENT = 204;
    private static final int UNAUTHORIZED = 401;
    private static final int CONFLICT = 409;
    private static final int MOST_SHOWN = 300;

    private final HttpClient http;
    private final String scheme;
    private final int port;
    private final Optional<String> authorization;
    private final InstantSource clock;

    /**
     * @param settings the port, and the token and authority if they are set
     * @param clock the clock for the times of reports
     * @throws LoadshareException of kind CONFIGURATION if the token or the authority cannot be read
     */
    public AgentClient(AgentSettings settings, InstantSource clock) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(threads());
        settings.tls()
                .flatMap(AgentSettings.Tls::authority)
                .map(AgentTls::trusting)
                .ifPresent(builder::sslContext);
        this.http = builder.build();
        this.scheme = settings.tls().isPresent() ? "https" : "http";
        this.port = settings.port();
        this.authorization = settings.tokenFile().map(file -> "Bearer " + SecretFile.line(file, "agent.tokenFile"));
        this.clock = clock;
    }

    private static Executor threads() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "loadshare-agents-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Opens a query. */
    public CompletableFuture<QueryAnswer> query(Host host, Duration timeout) {
        return send(host, "POST", "/v1/queries", "", timeout).thenApply(response -> answer(host, response, 201));
    }

    /**
     * Starts a job.
     *
     * @param slack the number of slots that others may have taken since the answer
     * @return new figures to decide with, if another job was started in between; otherwise empty
     */
    public CompletableFuture<Optional<QueryAnswer>> start(
            Host host, QueryAnswer answer, int slack, String job, String user, int slots, Duration timeout) {
        String body =
                "{\"secret\":" + quoted(answer.secret()) + ",\"revision\":" + answer.revision() + ",\"slack\":" + slack
                        + ",\"job\":"
                        + quoted(job) + ",\"user\":" + quoted(user) + ",\"slots\":" + slots + "}";
        return send(host, "POST", "/v1/queries/" + answer.id() + "/start", body, timeout)
                .thenApply(response -> {
                    if (response.statusCode() == CONFLICT) {
                        return Optional.of(answer(host, response, CONFLICT));
                    }
                    require(host, response, NO_CONTENT);
                    return Optional.empty();
                });
    }

    /** Withdraws an open query. */
    public CompletableFuture<Void> retreat(Host host, QueryAnswer answer, Duration timeout) {
        return send(host, "DELETE", "/v1/queries/" + answer.id(), "", timeout)
                .thenAccept(response -> require(host, response, NO_CONTENT));
    }

    /**
     * Ends a started job.
     *
     * @param ran whether it ran; if not, its start is withdrawn
     */
    public CompletableFuture<Void> end(Host host, String job, String secret, boolean ran, Duration timeout) {
        String body = "{\"secret\":" + quoted(secret) + ",\"ran\":" + ran + "}";
        return send(host, "POST", "/v1/jobs/" + job + "/end", body, timeout)
                .thenAccept(response -> require(host, response, NO_CONTENT));
    }

    /** Asks an agent for its health. */
    public CompletableFuture<AgentHealth> health(Host host, Duration timeout) {
        Instant asked = clock.instant();
        return send(host, "GET", "/healthz", "", timeout)
                .thenApply(response -> AgentHealth.parse(host, response.body(), asked, clock.instant()));
    }

    /** Asks whether an agent refuses our token. It reports its health even then. */
    public CompletableFuture<Boolean> refusesToken(Host host, Duration timeout) {
        return send(host, "GET", "/v1/load", "", timeout).thenApply(response -> response.statusCode() == UNAUTHORIZED);
    }

    private CompletableFuture<HttpResponse<String>> send(
            Host host, String method, String path, String body, Duration timeout) {
        try {
            String name = host.address().contains(":") ? "[" + host.address() + "]" : host.address();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + "://" + name + ":" + port + path))
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .timeout(timeout)
                    .header("Accept", "text/plain");
            authorization.ifPresent(value -> request.header("Authorization", value));
            HttpRequest built = request.build();
            return send(built)
                    .exceptionallyCompose(e -> isBroken(e) ? send(built) : CompletableFuture.failedFuture(e))
                    .exceptionallyCompose(e -> CompletableFuture.failedFuture(failure(host, e)));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(failure(host, e));
        }
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return http.sendAsync(request, response -> new LimitedText(QueryAnswerText.MAX_BYTES));
    }

    /** Returns whether a connection broke, as when the agent closed it while idle. Repeating a request is safe. */
    private static boolean isBroken(Throwable thrown) {
        Throwable e = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return e instanceof IOException && !(e instanceof HttpTimeoutException) && !(e instanceof ConnectException);
    }

    private static LoadshareException failure(Host host, Throwable thrown) {
        Throwable e = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (e instanceof ConnectException) {
            return new AgentException(AgentException.Reason.ABSENT, "no agent listens on " + host.name());
        }
        return new AgentException(
                AgentException.Reason.FAILED, "the agent of " + host.name() + " cannot be reached: " + why(e));
    }

    private static String why(Throwable e) {
        if (e instanceof HttpTimeoutException) {
            return "it did not answer in time";
        }
        String why = Quoted.printable(String.valueOf(e.getMessage()));
        return e instanceof SSLException ? "its certificate does not prove it by agent.tls.authority: " + why : why;
    }

    private static void require(Host host, HttpResponse<String> response, int status) {
        if (response.statusCode() != status) {
            String said = response.body()
                    .substring(0, Math.min(MOST_SHOWN, response.body().length()));
            throw new AgentException(
                    switch (response.statusCode()) {
                        case UNAUTHORIZED, 403 -> AgentException.Reason.REFUSED;
                        case 404 -> AgentException.Reason.FORGOTTEN;
                        default -> AgentException.Reason.FAILED;
                    },
                    "the agent of " + host.name() + " refuses with " + response.statusCode() + ": "
                            + Quoted.printable(said));
        }
    }

    private QueryAnswer answer(Host host, HttpResponse<String> response, int status) {
        require(host, response, status);
        return QueryAnswerText.parse(response.body(), host.name(), clock.instant());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < ' ' || c == '"' || c == '\\') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
