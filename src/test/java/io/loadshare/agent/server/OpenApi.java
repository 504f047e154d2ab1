package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** An OpenAPI 3.1 document, and what of it was seen in exchanges held against it. */
final class OpenApi {

    private static final String URI = "https://loadshare.invalid/agent";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

    private final JsonNode document;
    private final JsonSchemaFactory schemas;
    private final Set<String> seen = new TreeSet<>();

    OpenApi(Path yaml) throws IOException {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(yaml));
        document = MAPPER.valueToTree(tree);
        schemas = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(URI, document.toString()))));
    }

    /** All answers that the document tells of: {@code get /v1/load 200 text/plain}, or without a type if there is no body. */
    Set<String> documented() {
        Set<String> all = new TreeSet<>();
        document.get("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        operation.getValue().get("responses").fields().forEachRemaining(response -> {
                            String answer = operation.getKey() + " " + path.getKey() + " " + response.getKey();
                            JsonNode content = resolve(response.getValue()).path("content");
                            content.fieldNames().forEachRemaining(type -> all.add(answer + " " + type));
                            if (content.isEmpty()) {
                                all.add(answer);
                            }
                        });
                    }
                }));
        return all;
    }

    Set<String> seen() {
        return seen;
    }

    /** Fails if the document does not tell of this answer so. */
    void check(HttpResponse<String> response) {
        String method = response.request().method().toLowerCase(java.util.Locale.ROOT);
        String template = template(response.request().uri().getPath());
        String answer = method + " " + template + " " + response.statusCode();
        JsonNode documented = resolve(document.at(pointer("paths", template, method, "responses"))
                .path(Integer.toString(response.statusCode())));
        assertThat(documented.isMissingNode())
                .as(answer + " is not documented: " + response.body())
                .isFalse();
        checkHeaders(answer, documented.path("headers"), response.headers());
        if (documented.path("content").isEmpty()) {
            assertThat(response.body()).as(answer).isEmpty();
            seen.add(answer);
        } else {
            String type =
                    response.headers().firstValue("Content-Type").orElseThrow().split(";", 2)[0];
            JsonNode schema = documented.path("content").path(type).path("schema");
            assertThat(schema.isMissingNode()).as(answer + " as " + type).isFalse();
            assertThat(complaints(schema, body(type, response.body())))
                    .as(answer)
                    .isEmpty();
            seen.add(answer + " " + type);
        }
    }

    /** What the document finds wrong with a request's body. */
    Set<ValidationMessage> complaints(String method, String template, String body) throws JsonProcessingException {
        JsonNode schema =
                document.at(pointer("paths", template, method, "requestBody", "content", "application/json", "schema"));
        assertThat(schema.isMissingNode()).as(method + " " + template).isFalse();
        return complaints(schema, MAPPER.readTree(body));
    }

    private static JsonNode body(String type, String text) {
        try {
            return type.equals("application/json") ? MAPPER.readTree(text) : TextNode.valueOf(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private void checkHeaders(String answer, JsonNode documented, HttpHeaders headers) {
        documented.fields().forEachRemaining(header -> {
            String value = headers.firstValue(header.getKey()).orElse(null);
            assertThat(value).as(answer + " " + header.getKey()).isNotNull();
            assertThat(complaints(resolve(header.getValue()).get("schema"), TextNode.valueOf(value)))
                    .as(answer + " " + header.getKey())
                    .isEmpty();
        });
    }

    private Set<ValidationMessage> complaints(JsonNode schema, JsonNode value) {
        if (schema.has("$ref")) {
            return schemas.getSchema(SchemaLocation.of(URI + schema.get("$ref").asText()))
                    .validate(value);
        }
        return schemas.getSchema(schema).validate(value);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** The documented path whose placeholders stand for words of this one. */
    private String template(String path) {
        Set<String> matching = new TreeSet<>();
        document.get("paths").fieldNames().forEachRemaining(template -> {
            if (path.matches(template.replaceAll("\\{[a-z]+}", "[^/]+"))) {
                matching.add(template);
            }
        });
        assertThat(matching).as(path).hasSize(1);
        return matching.iterator().next();
    }

    private static String pointer(String... names) {
        StringBuilder pointer = new StringBuilder();
        for (String name : names) {
            pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }
}
