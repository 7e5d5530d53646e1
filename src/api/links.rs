//! What links begin with: the public address of the server as a caller sees it.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::http::uri::{Authority, Scheme, Uri};

use super::Peer;
use super::problem::Problem;

/// An address that paths are appended to: scheme, authority, path prefix without final slash.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads `http` or `https` addresses without query; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let scheme = uri.scheme().filter(|s| [&Scheme::HTTP, &Scheme::HTTPS].contains(s))?;
        let path = prefix(uri.path())?;
        if uri.query().is_some() || text.contains('#') {
            return None;
        }
        Some(Self(format!("{scheme}://{}{path}", host(uri.authority()?.as_str())?)))
    }

    /// The address of `path`, which begins with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// Addresses of one network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads an address, or one with the number of bits that count (`10.0.0.0/8`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Self { address, bits })
    }

    /// Whether `peer` is one of them. IPv4 seen through an IPv6 socket is IPv4.
    #[must_use]
    pub fn contains(&self, peer: IpAddr) -> bool {
        let top = |address: IpAddr| match address {
            IpAddr::V4(four) => u128::from(four.to_bits()) << 96,
            IpAddr::V6(six) => six.to_bits(),
        };
        let peer = peer.to_canonical();
        let differ = top(self.address) ^ top(peer);
        self.address.is_ipv4() == peer.is_ipv4()
            && differ.checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
    }
}

/// How the server is reached.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The public address, if it is set.
    pub base: Option<BaseUrl>,
    /// Reverse proxies whose headers are believed.
    pub proxies: Vec<Network>,
}

impl Reach {
    /// What links of the answer to this request begin with: the public address if it is set, else
    /// what a trusted proxy says, else the host that was asked for.
    ///
    /// # Errors
    /// Where that host is none.
    pub fn base(&self, parts: &Parts) -> Result<BaseUrl, Problem> {
        if let Some(base) = &self.base {
            return Ok(base.clone());
        }
        let asked = parts
            .uri
            .authority()
            .map(Authority::as_str)
            .or_else(|| parts.headers.get("host").and_then(|value| value.to_str().ok()));
        let asked = asked
            .and_then(host)
            .ok_or_else(|| Problem::malformed("the header `Host` must name a host"))?;
        let trusted = self.trusts(parts);
        let said = if trusted { Said::by_proxy(&parts.headers) } else { Said::default() };
        let scheme = said.scheme.unwrap_or("http");
        let host = said.host.as_deref().unwrap_or(asked);
        Ok(BaseUrl(format!("{scheme}://{host}{}", said.prefix.unwrap_or_default())))
    }

    /// Whether the peer is a proxy whose headers are believed.
    #[must_use]
    pub fn trusts(&self, parts: &Parts) -> bool {
        let peer = parts.extensions.get::<Peer>();
        peer.is_some_and(|peer| self.proxies.iter().any(|n| n.contains(peer.0.ip())))
    }
}

/// What a proxy says of how it was asked. Of several values the last counts: it is the one that the
/// trusted peer itself has added. What cannot be is not believed.
#[derive(Default)]
struct Said {
    scheme: Option<&'static str>,
    host: Option<String>,
    prefix: Option<String>,
}

impl Said {
    /// `Forwarded` (RFC 7239) before `X-Forwarded-*`; the prefix is `X-Forwarded-Prefix` in both.
    fn by_proxy(headers: &HeaderMap) -> Self {
        let mut said = Self {
            scheme: last(headers, "x-forwarded-proto").and_then(scheme),
            host: last(headers, "x-forwarded-host").and_then(host).map(str::to_owned),
            prefix: last(headers, "x-forwarded-prefix").and_then(prefix).map(str::to_owned),
        };
        for pair in last(headers, "forwarded").unwrap_or_default().split(';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "proto" => said.scheme = scheme(value).or(said.scheme),
                "host" => said.host = host(value).map(str::to_owned).or(said.host),
                _ => {}
            }
        }
        said
    }
}

fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}

fn scheme(text: &str) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// `text` if it may be a host with or without port: letters, digits, and the few signs of names, or
/// an address in brackets. Asked of every request, so nothing is kept of it.
pub(super) fn host(text: &str) -> Option<&str> {
    let all = |text: &str, signs: &[u8]| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || signs.contains(&b))
    };
    let (name, rest) = match text.strip_prefix('[') {
        Some(address) => address.split_once(']').filter(|(address, _)| all(address, b".:"))?,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let named = name.bytes().any(|b| b.is_ascii_alphanumeric()) && all(name, b".-_:");
    let numbered = port.bytes().all(|b| b.is_ascii_digit()) && (rest.is_empty() || rest != port);
    (named && numbered && text.len() <= 255).then_some(text)
}

/// `text` without its final slash if it may be a path prefix: empty, or segments of unreserved
/// characters.
fn prefix(text: &str) -> Option<&str> {
    let path = text.trim_end_matches('/');
    let fine = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    let segments = path.strip_prefix('/').map_or(path, |rest| rest);
    let good = path.is_empty()
        || path.starts_with('/')
            && segments
                .split('/')
                .all(|s| !s.is_empty() && s != ".." && s != "." && s.bytes().all(fine));
    (good && path.len() <= 255).then_some(path)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri("/collections").header("host", "inner:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(Peer(format!("{peer}:5000").parse().expect("an address")));
        parts
    }

    fn reach() -> Reach {
        Reach { base: None, proxies: vec![Network::parse("10.1.0.0/16").expect("a network")] }
    }

    fn base(peer: &str, headers: &[(&str, &str)]) -> String {
        reach().base(&parts(peer, headers)).expect("a base").join("/x")
    }

    #[test]
    fn only_a_trusted_proxy_says_how_it_was_asked() {
        let said = [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "maps.example"),
            ("x-forwarded-prefix", "/city/"),
        ];
        assert_eq!(base("10.1.2.3", &said), "https://maps.example/city/x");
        assert_eq!(base("10.2.2.3", &said), "http://inner:8080/x");
    }

    #[test]
    fn the_last_value_counts_and_forwarded_comes_first() {
        let said = [
            (
                "forwarded",
                "for=1.2.3.4;host=evil.example, for=5.6.7.8;host=\"maps.example\";proto=HTTPS",
            ),
            ("x-forwarded-host", "other.example"),
        ];
        assert_eq!(base("10.1.0.1", &said), "https://maps.example/x");
        assert_eq!(base("10.1.0.1", &[("x-forwarded-host", "evil, good")]), "http://good/x");
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        for (name, value) in [
            ("x-forwarded-host", "a\"onclick"),
            ("x-forwarded-host", "a/b"),
            ("x-forwarded-proto", "javascript"),
            ("x-forwarded-prefix", "//evil.example"),
            ("x-forwarded-prefix", "/../x"),
            ("x-forwarded-prefix", "evil"),
        ] {
            assert_eq!(base("10.1.0.1", &[(name, value)]), "http://inner:8080/x", "{value}");
        }
    }

    #[test]
    fn a_host_that_is_none_is_refused() {
        for good in ["a", "a.b-c_d:80", "127.0.0.1:8080", "[::1]", "[::1]:8080", "a:"] {
            assert_eq!(host(good), Some(good));
        }
        for bad in
            ["", "a b", ":80", "a:b", "a:1:2", "a/b", "u@a", "[::1", "[::1]80", "[]", "[a b]"]
        {
            assert_eq!(host(bad), None, "{bad}");
        }
        let mut bad = parts("10.2.0.1", &[]);
        bad.headers.insert("host", "a b".parse().expect("a value"));
        assert!(reach().base(&bad).is_err());
    }

    #[test]
    fn base_urls_are_http_with_a_clean_path() {
        let read = |text| BaseUrl::parse(text).map(|base| base.join(""));
        assert_eq!(read("https://a.org/map/").as_deref(), Some("https://a.org/map"));
        assert_eq!(read("http://[::1]:8080").as_deref(), Some("http://[::1]:8080"));
        for bad in
            ["a.org", "ftp://a.org", "https://a.org/?x", "https://u:p@a.org", "https://a.org/<>"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn networks_hold_their_addresses() {
        let holds = |network, peer: &str| {
            Network::parse(network).expect("a network").contains(peer.parse().expect("an address"))
        };
        assert!(holds("127.0.0.1", "127.0.0.1") && holds("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe12::1"));
        assert_eq!(Network::parse("10.0.0.0/33"), None);
    }
}
