package io.loadshare.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {

    private static final Map<String, String> VALUES =
            Map.of("path", "/a b/{title}", "title", "it's", "eval", "disp('a')\nx=1;");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            nothing to fill            | nothing to fill
            addpath('{path}')          | addpath('/a b/{title}')
            {path}{title}              | /a b/{title}it's
            title={title:m};           | title='it''s';
            {{title}} and {{title:m}}  | {title} and {title:m}
            x = {1,2}; y{1}; {}        | x = {1,2}; y{1}; {}
            {{1},{2}}                  | {{1},{2}}
            {title:x} { title} {title  | {title:x} { title} {title
            }{                         | }{
            """)
    void placeholdersAreFilledOnceAndOtherBracesAreText(String template, String expected) {
        assertThat(Template.expand(template, VALUES)).isEqualTo(expected);
        Template.check(template);
    }

    @Test
    void aMatlabStringHoldsQuotesAndLineEnds() {
        assertThat(Template.expand("eval({eval:m})", VALUES)).isEqualTo("eval(['disp(''a'')',char(10),'x=1;'])");
        assertThat(Template.expand("{eval}", VALUES)).isEqualTo("disp('a')\nx=1;");
    }

    @Test
    void anUnknownPlaceholderIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> Template.check("jobs{titel}"))
                .hasMessage(
                        "unknown placeholder '{titel}'; did you mean 'title'? (known: version, path, modality, title,"
                                + " eval, slots; to write the text itself, use '{{titel}}')");
        assertThatThrownBy(() -> Template.check("jobs{i:m}"))
                .hasMessageStartingWith("unknown placeholder '{i:m}' (known:");
    }

    @Test
    void aPlaceholderWithoutAValueIsRefused() {
        assertThatThrownBy(() -> Template.expand("{version}", VALUES))
                .hasMessage("no value for placeholder '{version}'");
    }
}
