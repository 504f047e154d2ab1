package io.loadshare.agent.server;

import io.loadshare.Quoted;
import io.loadshare.agent.HostFigures;
import io.loadshare.agent.QueryAnswerText;
import io.loadshare.load.LoadReport;
import io.loadshare.load.ReportText;
import io.loadshare.store.StateText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The agent's HTTP interface, independent of the server: {@code docs/agent-openapi.yaml} describes requests and
 * responses. Any thread may call; no method waits. A response discloses nothing about the agent beyond what was
 * requested.
 */
final class AgentApi {

    private static final Pattern START = Pattern.compile("/v1/queries/([^/]+)/start");
    private static final Pattern QUERY = Pattern.compile("/v1/queries/([^/]+)");
    private static final Pattern END = Pattern.compile("/v1/jobs/([^/]+)/end");
    private static final int MAX_SLOTS = 10_000;
    private static final int MAX_WORD = 256;

    private final QueryService desk;
    private final AgentCounters tally;
    private final Optional<String> token;
    private final BooleanSupplier stateWorks;
    private final InstantSource steady;
    private final InstantSource wall;
    private final String version;
    private final Consumer<String> log;
    private final Instant startedAt;
    private volatile Printed printed = new Printed(null, null);

    /** A report in both formats, each built once for all queries that receive it. */
    private static final class Printed {

        private final LoadReport report;
        private final LoadReport byWall;
        private String text;
        private Map<String, Object> tree;

        Printed(LoadReport report, LoadReport byWall) {
            this.report = report;
            this.byWall = byWall;
        }

        synchronized String text() {
            if (text == null) {
                text = ReportText.print(byWall);
            }
            return text;
        }

        synchronized Map<String, Object> tree() {
            if (tree == null) {
                tree = AgentJson.tree(byWall);
            }
            return tree;
        }
    }

    /**
     * @param token the bearer token that every request must send
     * @param stateWorks whether reservations can be written to disk
     * @param steady the clock of the query service
     * @param wall the clock for times sent to clients
     * @param log receives internal errors
     */
    AgentApi(
            QueryService desk,
            AgentCounters tally,
            Optional<String> token,
            BooleanSupplier stateWorks,
            InstantSource steady,
            InstantSource wall,
            String version,
            Consumer<String> log) {
        this.desk = desk;
        this.tally = tally;
        this.token = token;
        this.stateWorks = stateWorks;
        this.steady = steady;
        this.wall = wall;
        this.version = version;
        this.log = log;
        this.startedAt = steady.instant();
    }

    ApiResponse handle(ApiRequest request) {
        ApiResponse response = answer(request);
        tally.add(AgentCounters.Event.REQUEST);
        if (response.status() >= 400) {
            tally.add(AgentCounters.Event.REFUSED);
        }
        return response;
    }

    private ApiResponse answer(ApiRequest request) {
        try {
            return route(request);
        } catch (RequestRefusedException e) {
            ApiResponse refused = ApiResponse.error(e.status(), e.getMessage());
            return switch (e.status()) {
                case 401 -> refused.with("WWW-Authenticate", "Bearer");
                case 429, 503 -> refused.with("Retry-After", "1");
                default -> refused;
            };
        } catch (RuntimeException e) {
            log.accept("internal error while answering " + request.method() + " " + Quoted.of(request.path()) + ": " + e
                    + " at "
                    + Arrays.toString(Arrays.copyOf(e.getStackTrace(), Math.min(5, e.getStackTrace().length))));
            return ApiResponse.error(500, "internal error of the agent; see its log");
        }
    }

    private ApiResponse route(ApiRequest request) {
        String path = request.path();
        if (path.equals("/healthz")) {
            return get(request, this::health);
        }
        requireToken(request);
        Matcher matcher;
        if (path.equals("/v1/load")) {
            return get(request, () -> load(request));
        } else if (path.equals("/metrics")) {
            return get(request, this::metrics);
        } else if (path.equals("/v1/queries")) {
            return on(request, "POST", () -> open(request));
        } else if ((matcher = START.matcher(path)).matches()) {
            String id = matcher.group(1);
            return on(request, "POST", () -> start(id, request));
        } else if ((matcher = QUERY.matcher(path)).matches()) {
            String id = matcher.group(1);
            return on(request, "DELETE", () -> retreat(id));
        } else if ((matcher = END.matcher(path)).matches()) {
            String id = matcher.group(1);
            return on(request, "POST", () -> end(id, request));
        }
        throw RequestRefusedException.unknown("no such resource");
    }

    private interface Action {
        ApiResponse run();
    }

    private static ApiResponse get(ApiRequest request, Action action) {
        return on(request, "GET", action);
    }

    private static ApiResponse on(ApiRequest request, String method, Action action) {
        if (!request.method().equals(method)) {
            return ApiResponse.error(405, "the method must be " + method).with("Allow", method);
        }
        return action.run();
    }

    private void requireToken(ApiRequest request) {
        if (token.isPresent() && !SecretGenerator.equal("Bearer " + token.get(), request.authorization())) {
            throw new RequestRefusedException(401, "missing or invalid bearer token");
        }
    }

    private ApiResponse load(ApiRequest request) {
        Printed load = printed(desk.figures());
        return accepts(request, "application/json")
                ? ApiResponse.of(200, ApiResponse.JSON, AgentJson.print(load.tree()))
                : ApiResponse.of(200, ApiResponse.TEXT, load.text());
    }

    private ApiResponse open(ApiRequest request) {
        QueryService.Opened opened = desk.open(request.client());
        return query(201, opened, request)
                .with("Location", "/v1/queries/" + opened.query().id());
    }

    private ApiResponse query(int status, QueryService.Opened opened, ApiRequest request) {
        Printed load = printed(opened.figures());
        Instant now = steady.instant();
        if (!accepts(request, "text/plain")) {
            return ApiResponse.of(status, ApiResponse.JSON, AgentJson.print(AgentJson.tree(opened, now, load.tree())));
        }
        OpenQuery query = opened.query();
        Duration expiry = Duration.between(now, query.expiresAt());
        String text = QueryAnswerText.print(query.id(), query.secret(), expiry, opened.figures(), load.text());
        return ApiResponse.of(status, ApiResponse.TEXT, text);
    }

    private static boolean accepts(ApiRequest request, String type) {
        return request.accept().contains(type);
    }

    private Printed printed(HostFigures figures) {
        Printed last = printed;
        if (last.report != figures.report()) {
            Instant measured = wall.instant().minus(figures.age());
            last = new Printed(figures.report(), figures.report().withMeasuredAt(measured));
            printed = last;
        }
        return last;
    }

    private ApiResponse start(String id, ApiRequest request) {
        RequestBody body = RequestBody.parse(request.body());
        Optional<QueryService.Opened> conflict = desk.start(
                id,
                body.word("secret", MAX_WORD),
                body.number("revision", 0, Long.MAX_VALUE - MAX_SLOTS),
                (int) body.number("slack", 0, MAX_SLOTS, 0),
                body.word("job", MAX_WORD),
                body.word("user", MAX_WORD),
                (int) body.number("slots", 0, MAX_SLOTS));
        return conflict.map(opened -> query(409, opened, request)).orElseGet(ApiResponse::empty);
    }

    private ApiResponse retreat(String id) {
        desk.retreat(id);
        return ApiResponse.empty();
    }

    private ApiResponse end(String job, ApiRequest request) {
        RequestBody body = RequestBody.parse(request.body());
        desk.end(job, body.word("secret", MAX_WORD), body.flag("ran", true));
        return ApiResponse.empty();
    }

    private ApiResponse metrics() {
        Duration uptime = Duration.between(startedAt, steady.instant());
        String text =
                AgentMetrics.print(figures(), tally, desk.openQueries(), stateWorks.getAsBoolean(), uptime, version);
        return ApiResponse.of(200, ApiResponse.METRICS, text);
    }

    private ApiResponse health() {
        boolean measured = figures().isPresent();
        String text = (measured ? "ok" : "the load is unknown") + "\nversion=" + version + "\nuptime="
                + Duration.between(startedAt, steady.instant()).toSeconds() + "\ntime="
                + StateText.print(wall.instant()) + "\nstate="
                + (stateWorks.getAsBoolean() ? "ok" : "cannot be written") + "\n";
        return ApiResponse.of(measured ? 200 : 503, ApiResponse.TEXT, text);
    }

    private Optional<HostFigures> figures() {
        try {
            return Optional.of(desk.figures());
        } catch (RequestRefusedException e) {
            return Optional.empty();
        }
    }
}
