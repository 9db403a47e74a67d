use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue, header};

use crate::app::origin;
use crate::config::SystemConfigDto;
use crate::config::system::effective::Decisions;
use crate::core::sessions::device::{Device, MAX_NAME};
use crate::features::assets::upload_asset::announced_checksum;
use crate::features::oauth::flow::Returned;
use crate::features::oauth::redirect;
use crate::features::oauth::redirect::MOBILE;
use crate::features::shared_links::authentication::{REMEMBERED, remember};
use crate::fuzzing::{SETTINGS, address, header_lines, split_line};
use kallitype_web::client::{Client, Proxies, parse_address};
use kallitype_web::cookies::cookie;
use kallitype_web::credential::{Credential, credential, query_value};
use kallitype_web::version::Wire;
use kallitype_web::{cookies, version};

/// Everything that is read of a request's headers and of its query, which is the first line.
pub fn headers(bytes: &[u8]) {
    let (query, lines) = split_line(bytes);
    let query = String::from_utf8_lossy(query);
    let headers = header_lines(lines);
    check_credential(&headers, &query);
    check_cookies(&headers);
    check_remembered(&headers);
    check_device(&headers);
    check_client(&headers);
    check_version(&headers);
    check_addresses(&headers, &query);
    if let Ok(Some(checksum)) = announced_checksum(&headers) {
        assert_eq!(checksum.len(), 20);
    }
}

/// The first credential decides, whatever comes after it.
fn check_credential(headers: &HeaderMap, query: &str) {
    let found = credential(headers, query);
    let mut others = headers.clone();
    others.remove("x-api-key");
    match &found {
        Some(Credential::ApiKey(_)) => {
            assert!(query_value(query, "key").is_none());
            assert!(query_value(query, "slug").is_none());
            assert!(cookie(headers, cookies::ACCESS_TOKEN).is_none());
        }
        Some(_) => assert_eq!(credential(&others, query), found),
        None => assert!(query_value(query, "apiKey").is_none()),
    }
    assert_ne!(query_value(query, "key"), Some(String::new()));
}

/// What browsers were given they send back as it was.
fn check_cookies(headers: &HeaderMap) {
    for name in [cookies::ACCESS_TOKEN, cookies::OAUTH_STATE] {
        let Some(value) = cookie(headers, name) else {
            continue;
        };
        assert!(!value.contains(';'), "{value}");
        // A pair of quotes around a value is not part of it.
        if !value
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"')
        {
            continue;
        }
        let line = cookies::set(name, &value, true, false).expect("a value from a header");
        let sent = line.to_str().unwrap().split(';').next().unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, sent.parse().unwrap())]);
        assert_eq!(cookie(&headers, name), Some(value));
    }
}

fn check_remembered(headers: &HeaderMap) {
    let remembered = remember(headers, "token");
    let tokens: Vec<&str> = remembered.split('.').collect();
    assert!((1..=REMEMBERED).contains(&tokens.len()));
    assert_eq!(tokens.iter().filter(|token| **token == "token").count(), 1);
    assert_eq!(tokens[0], "token");
    assert!(tokens.iter().all(|token| !token.is_empty()));
    cookies::set(cookies::SHARED_LINK, &remembered, true, false).expect("tokens suit cookies");
    let sent = format!("{}={remembered}", cookies::SHARED_LINK);
    let again = HeaderMap::from_iter([(header::COOKIE, sent.parse().unwrap())]);
    assert_eq!(remember(&again, "token"), remembered);
}

fn check_device(headers: &HeaderMap) {
    let device = Device::of(headers);
    for name in [device.kind, device.system] {
        assert!(name.chars().count() <= MAX_NAME);
    }
}

/// Only who is trusted can speak for others.
fn check_client(headers: &HeaderMap) {
    let stranger = address("192.0.2.1");
    let proxies = Proxies {
        trusted: SETTINGS.trusted_proxies.as_slice().into(),
        ..Proxies::default()
    };
    let seen = Client::of(stranger, headers, &proxies);
    assert!(seen.address == stranger && !seen.is_secure);
    assert_eq!(seen.origin(), "address 192.0.2.1");
    let proxy = address("10.0.0.1");
    let client = Client::of(proxy, headers, &proxies);
    let named = headers.get_all("x-forwarded-for").iter();
    let mut named = named
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    let is_named = named.any(|name| parse_address(name.trim()) == Some(client.address));
    assert!(client.address == proxy || is_named);
    assert!(!client.is_secure || headers.contains_key("x-forwarded-proto"));
}

fn check_version(headers: &HeaderMap) {
    if Wire::of(headers) == Wire::V3 {
        let names = [version::HEADER, header::USER_AGENT.as_str()];
        let mut values = names.iter().filter_map(|name| headers.get(*name));
        assert!(values.any(|value| value.as_bytes().contains(&b'3')));
    }
}

/// What administrators are shown of the settings.
static CONFIG: LazyLock<SystemConfigDto> = LazyLock::new(|| {
    let fixed = SETTINGS.fixed().unwrap();
    Decisions::none().document(&fixed).unwrap()
});

/// No one is sent to, or believed to come from, an address that is not this server's.
fn check_addresses(headers: &HeaderMap, query: &str) {
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let is_own = |url: &str| {
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        rest.is_some_and(|rest| {
            rest.starts_with("photos.example.org")
                || host.is_some_and(|host| rest.as_bytes().starts_with(host))
        })
    };
    let wanted = query_value(query, "redirectUri").unwrap_or_default();
    if let Some(allowed) = redirect::allowed(&CONFIG, headers, &wanted) {
        assert!(allowed == MOBILE || allowed == wanted && is_own(&allowed));
    }
    if let Some(origin) = headers.get(header::ORIGIN)
        && origin::is_from_here(&CONFIG, headers)
    {
        assert!(is_own(origin.to_str().unwrap()));
    }
    let returned = query_value(query, "url").and_then(|url| Returned::read(&url));
    assert!(returned.is_none_or(|returned| !returned.address.contains(['?', '#'])));
}
