package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientListTest {

    private final Map<String, String> names = new HashMap<>();
    private final List<String> log = new ArrayList<>();

    private ClientList list(String... clients) {
        return new ClientList(
                List.of(clients),
                name -> {
                    if (!names.containsKey(name)) {
                        throw new UnknownHostException(name);
                    }
                    return new InetAddress[] {InetAddress.getByName(names.get(name))};
                },
                log::add);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.0/24, 10.1.2.255, true",
        "10.1.2.0/24, 10.1.3.0, false",
        "10.1.2.128/25, 10.1.2.127, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1, true",
        "10.1.2.3, ::ffff:10.1.2.3, true",
    })
    void addressesAndNetworksAreServed(String client, String address, boolean admitted) throws Exception {
        assertThat(list(client).admits(InetAddress.getByName(address))).isEqualTo(admitted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.0/33", "10.1.2.0/", "10.1.2.0/-1", "10.1.2/24", "name/24", "::/129"})
    void wrongNetworkIsRefusedInWords(String client) {
        assertThatThrownBy(() -> list(client))
                .isInstanceOfSatisfying(LoadshareException.class, e -> assertThat(e.kind())
                        .isEqualTo(LoadshareException.Kind.CONFIGURATION))
                .hasMessageContaining("agent.clients: '" + client + "' must be an address");
    }

    @Test
    void nameIsServedOnceItIsResolvedAndKeepsItsAddressWhenItNoLongerIs() throws Exception {
        ClientList list = list("login1");
        InetAddress address = InetAddress.getByName("10.9.9.9");
        list.refresh();
        assertThat(list.admits(address)).isFalse();
        assertThat(log).containsExactly("agent.clients: 'login1' cannot be resolved and is not allowed");

        names.put("login1", "10.9.9.9");
        list.refresh();
        assertThat(list.admits(address)).isTrue();

        names.clear();
        list.refresh();
        list.refresh();
        assertThat(list.admits(address)).isTrue();
        assertThat(log)
                .hasSize(2)
                .last()
                .asString()
                .endsWith("cannot be resolved any more; still allowing its old address");
    }

    @Test
    void onlyLoopbackAddressesMeanNobodyElse() {
        assertThat(list("127.0.0.1", "::1", "localhost").isLoopbackAlone()).isTrue();
        assertThat(list("127.0.0.1", "10.1.2.3").isLoopbackAlone()).isFalse();
        assertThat(list("127.0.0.1", "login1").isLoopbackAlone()).isFalse();
        assertThat(list("127.0.0.1", "10.0.0.0/8").isLoopbackAlone()).isFalse();
    }
}
