//! Which pages a browser may send requests for: this server's own. Whoever uses no browser names no page.
//!
//! A browser sends its cookies along with what a page of someone else's has it send. So what is changed by a cookie
//! has to come from here.

use http::{HeaderMap, Method, header};

use crate::config::SystemConfigDto;
use kallitype_web::error::{ApiError, Result};

/// How browsers say whose page a request is for. Over HTTP without TLS they do not.
const SITE: &str = "sec-fetch-site";

/// Whether a request may change something. A connection that is kept open afterwards may.
#[must_use]
pub(crate) fn is_change(method: &Method, headers: &HeaderMap) -> bool {
    !method.is_safe() || headers.contains_key(header::UPGRADE)
}

/// Refuses what a browser sends for a page of another server's.
///
/// # Errors
/// 403 when it does.
pub(crate) fn require_own_page(config: &SystemConfigDto, headers: &HeaderMap) -> Result<()> {
    let is_own = match headers.get(SITE) {
        // Without a page, someone typed the address.
        Some(site) => site == "same-origin" || site == "none",
        None => is_from_here(config, headers),
    };
    match is_own {
        true => Ok(()),
        false => Err(ApiError::forbidden(
            "A page of another server cannot do this",
        )),
    }
}

/// Whether a request comes from a page of this server's, or from no page at all, as far as its origin tells.
#[must_use]
pub(crate) fn is_from_here(config: &SystemConfigDto, headers: &HeaderMap) -> bool {
    headers.get(header::ORIGIN).is_none_or(|origin| {
        let origin = origin.as_bytes();
        addresses(config, headers)
            .iter()
            .any(|address| address.as_bytes() == origin)
    })
}

/// The server's addresses: the one in its settings, and the one it is asked under, whether or not it can tell that a
/// proxy before it speaks TLS.
#[must_use]
pub(crate) fn addresses(config: &SystemConfigDto, headers: &HeaderMap) -> Vec<String> {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let asked = ["http", "https"]
        .into_iter()
        .filter_map(|scheme| Some(format!("{scheme}://{}", host?)));
    let external = config.site().to_owned();
    asked
        .chain(Some(external).filter(|url| !url.is_empty()))
        .collect()
}
