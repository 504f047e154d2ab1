package io.loadshare.agent.server;

import java.util.Map;

/**
 * The members of a request's JSON object. A missing member or a wrong type is a {@link RequestRefusedException};
 * unknown members are ignored.
 */
record RequestBody(Map<String, Object> members) {

    static RequestBody parse(byte[] body) {
        return new RequestBody(AgentJson.object(body));
    }

    String word(String name, int most) {
        if (members.get(name) instanceof String word && !word.isBlank() && word.length() <= most) {
            return word;
        }
        throw RequestRefusedException.malformed("'" + name + "' must be a text of 1 to " + most + " characters");
    }

    long number(String name, long least, long most, long otherwise) {
        return members.containsKey(name) ? number(name, least, most) : otherwise;
    }

    long number(String name, long least, long most) {
        Object value = members.get(name);
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= least
                && ((Number) value).longValue() <= most) {
            return ((Number) value).longValue();
        }
        throw RequestRefusedException.malformed("'" + name + "' must be a whole number from " + least + " to " + most);
    }

    boolean flag(String name, boolean otherwise) {
        Object value = members.getOrDefault(name, otherwise);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw RequestRefusedException.malformed("'" + name + "' must be true or false");
    }
}
