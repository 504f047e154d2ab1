package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.util.NameValuePair;
import org.jvnet.hudson.test.JenkinsRule;

/** What a form asks in the background. */
public final class Requests {

    private Requests() {}

    /**
     * @param sibling another field and its value, as {@code name=value}; empty for none
     */
    public static String post(JenkinsRule.WebClient client, String url, String value, String sibling) throws Exception {
        WebRequest request = new WebRequest(new URL(client.getContextPath() + url), HttpMethod.POST);
        List<NameValuePair> parameters = new ArrayList<>(List.of(new NameValuePair("value", value)));
        if (sibling.contains("=")) {
            String[] pair = sibling.split("=", 2);
            parameters.add(new NameValuePair(pair[0], pair[1].replace("`", "")));
        }
        request.setRequestParameters(parameters);
        WebResponse answer = client.getPage(client.addCrumb(request)).getWebResponse();
        assertThat(answer.getStatusCode()).as(url).isEqualTo(200);
        return answer.getContentAsString();
    }

    /** Sends a text as it is. Returns the answer, whatever its status. */
    public static String postText(JenkinsRule.WebClient client, String url, String text) throws Exception {
        WebRequest request = new WebRequest(client.createCrumbedUrl(url), HttpMethod.POST);
        request.setAdditionalHeader("Content-Type", "text/yaml");
        request.setRequestBody(text);
        return client.withThrowExceptionOnFailingStatusCode(false)
                .getPage(request)
                .getWebResponse()
                .getContentAsString();
    }
}
