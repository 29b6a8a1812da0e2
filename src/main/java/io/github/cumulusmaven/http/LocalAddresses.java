package io.github.cumulusmaven.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Refuses hosts that are local addresses: this machine, or what only its network link knows, such as a cloud's metadata
 * service. What a server names must not lead there, however the address is written and whatever name resolves to it,
 * unless the user has named a server at an address of the same kind. For many threads.
 */
final class LocalAddresses {
    /**
     * Matches a host that is an address: IPv6, or anything that ends with a number. No host name ends with a number.
     */
    private static final Pattern NUMERIC = Pattern.compile("^\\[|(^|\\.)\\d[0-9a-fx]*\\.?$");

    private final Set<String> allowed = ConcurrentHashMap.newKeySet();

    private enum Kind {
        LOOPBACK,
        LINK_LOCAL,
        UNSPECIFIED,
        MULTICAST
    }

    /** Allows a host that the user has named, and the kinds of local addresses that it has. */
    void allow(URI namedByUser) {
        allowed.add(host(namedByUser));
    }

    /**
     * Tells whether a URL must not be asked. The host is looked up as the JDK's client is going to do it for the
     * connection, a moment later: the JDK keeps what it has found for 30 seconds ({@code networkaddress.cache.ttl}), so that
     * both see the same addresses, and looking again costs nothing.
     */
    boolean refuse(URI url) {
        String host = host(url);
        boolean named = allowed.contains(host)
                || allowed.stream().anyMatch(other -> withoutDot(other).equals(withoutDot(host)));
        if (named) {
            return false;
        }
        if (!NUMERIC.matcher(host).find() && isLookedUpByProxy(url)) {
            return false;
        }
        Set<Kind> kinds = kinds(host);
        if (host.endsWith(".")) {
            kinds.addAll(kinds(withoutDot(host)));
        }
        if (kinds.isEmpty()) {
            return false;
        }
        allowed.forEach(other -> kinds.removeAll(kinds(other)));
        return !kinds.isEmpty();
    }

    /** Tells whether a host can be looked up; true where a proxy looks names up instead. */
    boolean isKnown(URI url) {
        try {
            return isLookedUpByProxy(url) || InetAddress.getAllByName(host(url)).length > 0;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** Tells whether a proxy looks up the host: then the JDK's client does not, and this machine may know no names. */
    private static boolean isLookedUpByProxy(URI url) {
        ProxySelector selector = ProxySelector.getDefault();
        return selector != null && selector.select(url).stream().noneMatch(proxy -> proxy.type() == Proxy.Type.DIRECT);
    }

    private static String host(URI url) {
        return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    }

    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** Looks up the host and returns the kinds of local addresses it has; none for an unknown name. */
    private static Set<Kind> kinds(String host) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                kind(address).ifPresent(kinds::add);
            }
        } catch (UnknownHostException unknown) {
            return kinds;
        }
        return kinds;
    }

    private static Optional<Kind> kind(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return Optional.of(Kind.LOOPBACK);
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of(Kind.LINK_LOCAL);
        }
        if (address.isMulticastAddress()) {
            return Optional.of(Kind.MULTICAST);
        }
        byte[] bytes = address.getAddress();
        if (address.isAnyLocalAddress() || (bytes.length == 4 && bytes[0] == 0)) {
            return Optional.of(Kind.UNSPECIFIED);
        }
        // The JDK has made an IPv4 address of a mapped one (::ffff:127.0.0.1) already, but not of a compatible one.
        return address instanceof Inet6Address six && six.isIPv4CompatibleAddress()
                ? kind(ofIpv4(Arrays.copyOfRange(bytes, 12, 16)))
                : Optional.empty();
    }

    private static InetAddress ofIpv4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException neverOfFour) {
            throw new IllegalStateException(neverOfFour);
        }
    }
}
