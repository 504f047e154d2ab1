package io.loadshare.license;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LicenseFailureTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            License checkout failed.\\nLicense Manager Error -4\\nMaximum number of users for MATLAB reached.\\nTry again later. | true | got no license for MATLAB: License Manager Error -4, all seats are in use
            License checkout failed.\\nLicense Manager Error -15\\nUnable to connect to the license server.\\nFeature: Statistics_Toolbox\\nLicense path: 27000@lic | true | got no license for STATISTICS_TOOLBOX: License Manager Error -15, the license server cannot be reached
            Error using fitlm\\nLicense Manager Error -97 | true | got no license: License Manager Error -97, the license server does not serve this license now
            FLEXnet Licensing error:-15,570. System Error: 115 | true | got no license: License Manager Error -15, the license server cannot be reached
            License checkout failed.\\nLicense Manager Error -5\\nCannot find a license for MATLAB. | false | got no license: License Manager Error -5, which does not pass by itself
            License checkout failed. | true | got no license
            """)
    void aReportIsFound(String output, boolean mayPass, String words) {
        LicenseFailure failure =
                LicenseFailure.find(output.replace("\\n", "\n")).orElseThrow();

        assertThat(failure.mayPass()).isEqualTo(mayPass);
        assertThat(failure).hasToString(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Error: -4 files", "license ok", "error -15 in line 4", "License Manager Error 4"})
    void otherOutputIsNotAReport(String output) {
        assertThat(LicenseFailure.find(output)).isEmpty();
    }

    @Test
    void theFirstErrorCounts() {
        assertThat(LicenseFailure.find("License Manager Error -15\nLicense Manager Error -5")
                        .orElseThrow())
                .hasToString("got no license: License Manager Error -15, the license server cannot be reached");
    }
}
