//! From a key or a name in a request to a link, and whether its password was given.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::access::Link;
use crate::core::links;
use crate::core::links::LinkRow;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_web::cookies;
use kallitype_web::cookies::cookie;
use kallitype_web::credential::{Credential, query_value};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// The length of a key, in bytes.
const KEY_LENGTH: usize = 50;

/// How many opened links one browser remembers.
pub(crate) const REMEMBERED: usize = 20;

/// A link that exists and has not expired. Whether it is open is another question.
#[derive(Debug, Clone)]
pub(crate) struct FoundLink(LinkRow);

/// Finds the link that a request names.
///
/// # Errors
/// 401 when there is none, or none any more.
pub(crate) fn find(connection: &mut Connection<'_>, credential: &Credential) -> Result<FoundLink> {
    let refused = match credential {
        Credential::LinkSlug(_) => "Invalid share slug",
        _ => "Invalid share key",
    };
    let found = find_row(connection, credential)?;
    found
        .map(FoundLink)
        .ok_or_else(|| ApiError::unauthorized(refused))
}

/// Finds the link that a request names, if it shows what it holds without a password.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_unprotected(
    connection: &mut Connection<'_>,
    credential: &Credential,
) -> db::Result<Option<LinkRow>> {
    let found = find_row(connection, credential)?;
    Ok(found.filter(|link| link.password_hash.is_none()))
}

fn find_row(
    connection: &mut Connection<'_>,
    credential: &Credential,
) -> db::Result<Option<LinkRow>> {
    match credential {
        Credential::LinkSlug(slug) => links::find_by_slug(connection, slug, now()),
        Credential::LinkKey(text) => find_by_key(connection, text),
        Credential::Session(_) | Credential::Cookie(_) | Credential::ApiKey(_) => Ok(None),
    }
}

fn find_by_key(connection: &mut Connection<'_>, text: &str) -> db::Result<Option<LinkRow>> {
    match parse_key(text) {
        Some(key) => links::find_by_key(connection, key, now()),
        None => Ok(None),
    }
}

pub(crate) fn parse_key(text: &str) -> Option<Vec<u8>> {
    let bytes = match text.len() {
        length if length == 2 * KEY_LENGTH => hex::decode(text).ok()?,
        _ => URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?,
    };
    (bytes.len() == KEY_LENGTH).then_some(bytes)
}

impl FoundLink {
    /// Whether the link has no password, or one of the tokens that a request carries opens it.
    #[must_use]
    pub(crate) fn is_opened_by(&self, tokens: &[String]) -> bool {
        is_opened_by(&self.0, tokens)
    }
}

impl From<FoundLink> for Link {
    fn from(FoundLink(link): FoundLink) -> Self {
        link.into()
    }
}

impl From<LinkRow> for Link {
    fn from(link: LinkRow) -> Self {
        Self {
            id: link.id,
            owner_id: link.user_id,
            album_id: link.album_id,
            allow_upload: link.allow_upload,
            allow_download: link.allow_download,
            show_metadata: link.show_metadata,
            password_hash: link.password_hash,
        }
    }
}

/// Whether the link has no password, or the request carries the token that its password gives.
#[must_use]
pub(crate) fn is_open(link: &LinkRow, headers: &HeaderMap, query: &str) -> bool {
    is_opened_by(link, &given_tokens(headers, query))
}

/// The tokens that a request carries: those of the links that its browser remembers, and one in its address.
#[must_use]
pub(crate) fn given_tokens(headers: &HeaderMap, query: &str) -> Vec<String> {
    let remembered = cookie(headers, cookies::SHARED_LINK).unwrap_or_default();
    let queried = query_value(query, "token");
    let remembered = remembered.split('.').map(str::to_owned);
    queried.into_iter().chain(remembered).collect()
}

fn is_opened_by(link: &LinkRow, tokens: &[String]) -> bool {
    let Some(wanted) = token(link) else {
        return true;
    };
    tokens
        .iter()
        .any(|given| bool::from(given.as_bytes().ct_eq(wanted.as_bytes())))
}

/// What opens a link that has a password. Another password makes another token.
#[must_use]
pub(crate) fn token(link: &LinkRow) -> Option<String> {
    let password_hash = link.password_hash.as_ref()?;
    let mut hash = Sha256::new();
    hash.update(b"kallitype shared link");
    hash.update(&link.key);
    hash.update(password_hash.as_bytes());
    Some(URL_SAFE_NO_PAD.encode(hash.finalize()))
}

/// The cookie's value after one more link was opened; the ones opened longest ago are forgotten.
#[must_use]
pub(crate) fn remember(headers: &HeaderMap, token: &str) -> String {
    let before = cookie(headers, cookies::SHARED_LINK).unwrap_or_default();
    let is_token = |text: &&str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let others = before
        .split('.')
        .filter(|other| !other.is_empty() && *other != token)
        .filter(is_token);
    std::iter::once(token)
        .chain(others)
        .take(REMEMBERED)
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn link(password_hash: Option<&str>) -> LinkRow {
        LinkRow {
            id: Uuid::new_v4(),
            user_id: Uuid::new_v4(),
            album_id: None,
            key: rand::random::<[u8; KEY_LENGTH]>().to_vec(),
            slug: None,
            description: None,
            password_hash: password_hash.map(str::to_owned),
            expires_at: None,
            allow_upload: false,
            allow_download: true,
            show_metadata: true,
            created_at: 0,
        }
    }

    fn with_cookie(value: &str) -> HeaderMap {
        let line = format!("other=1; {}={value}", cookies::SHARED_LINK);
        HeaderMap::from_iter([(http::header::COOKIE, line.parse().unwrap())])
    }

    #[test]
    fn keys_come_in_base64_and_hexadecimal() {
        let key = rand::random::<[u8; KEY_LENGTH]>();
        assert_eq!(parse_key(&URL_SAFE_NO_PAD.encode(key)), Some(key.to_vec()));
        assert_eq!(parse_key(&hex::encode(key)), Some(key.to_vec()));
        assert_eq!(parse_key(&URL_SAFE_NO_PAD.encode(&key[1..])), None);
        assert_eq!(parse_key(""), None);
    }

    #[test]
    fn a_token_opens_its_own_link_under_its_own_password_only() {
        let (mine, other) = (link(Some("hash")), link(Some("hash")));
        let opened = token(&mine).unwrap();
        let query = format!("key=x&token={opened}");
        assert!(is_open(&mine, &HeaderMap::new(), &query));
        assert!(is_open(&mine, &with_cookie(&opened), ""));
        assert!(!is_open(&mine, &HeaderMap::new(), "key=x&token="));
        assert!(!is_open(&mine, &HeaderMap::new(), ""));
        assert!(!is_open(&other, &with_cookie(&opened), &query));
        let changed = LinkRow {
            password_hash: Some("another".into()),
            ..mine
        };
        assert!(!is_open(&changed, &with_cookie(&opened), &query));
        assert!(is_open(&link(None), &HeaderMap::new(), ""));
    }

    #[test]
    fn a_browser_remembers_several_links_and_forgets_the_oldest() {
        let links: Vec<LinkRow> = (0..REMEMBERED + 2).map(|_| link(Some("hash"))).collect();
        let mut headers = with_cookie("not/a/token.");
        for link in &links {
            headers = with_cookie(&remember(&headers, &token(link).unwrap()));
        }
        let open = links.iter().filter(|link| is_open(link, &headers, ""));
        assert_eq!(open.count(), REMEMBERED);
        assert!(!is_open(&links[0], &headers, ""));
        let again = remember(&headers, &token(&links[5]).unwrap());
        assert_eq!(again.split('.').count(), REMEMBERED);
        assert!(again.bytes().all(|byte| byte != b'/'));
    }
}
