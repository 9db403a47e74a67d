//! Passwords: argon2id, with bcrypt understood for accounts that come from elsewhere.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::app::state::App;
use kallitype_web::error::{ApiError, Result};

#[cfg(all(feature = "cheap-passwords", not(debug_assertions)))]
compile_error!(
    "cheap-passwords is for tests: whoever gets hold of such hashes finds the passwords"
);

/// What a hash costs whoever makes it, and whoever tries passwords on it: memory in KiB, passes and lanes.
struct Cost(u32, u32, u32);

/// What OWASP advises for argon2id.
const ADVISED: Cost = Cost(19_456, 2, 1);

/// The longest password that is looked at, in bytes: longer ones only cost time.
const MAX_LENGTH: usize = 1024;

/// What a password check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right,
    /// Right, but kept in a form that should be replaced.
    Outdated,
}

/// Hashes a password.
///
/// # Errors
/// 400 when it is too long to be one.
pub(crate) async fn hash(app: &App, password: String) -> Result<String> {
    if password.len() > MAX_LENGTH {
        return Err(ApiError::bad_request(format!(
            "A password has at most {MAX_LENGTH} bytes"
        )));
    }
    with_hash_permit(app, move || hash_now(&password)).await?
}

/// Hashes a password, if there is one.
///
/// # Errors
/// As [`hash`].
pub(crate) async fn hash_some(app: &App, password: Option<String>) -> Result<Option<String>> {
    match password {
        Some(password) => hash(app, password).await.map(Some),
        None => Ok(None),
    }
}

/// Compares a password with a kept hash. Without one it takes as long and answers `Wrong`.
///
/// # Errors
/// When the comparison could not be made.
pub(crate) async fn verify(app: &App, password: String, kept: Option<String>) -> Result<Verdict> {
    with_hash_permit(app, move || verify_now(&password, kept.as_deref())).await?
}

/// Hashing at once what a command needs hashed.
///
/// # Errors
/// When the hash could not be made.
pub(crate) fn hash_now(password: &str) -> Result<String> {
    let hash = hasher()?
        .hash_password(password.as_bytes())
        .map_err(ApiError::internal)?;
    Ok(hash.to_string())
}

fn hasher() -> Result<Argon2<'static>> {
    let Cost(memory, passes, lanes) = cost();
    let params = Params::new(memory, passes, lanes, None).map_err(ApiError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(not(feature = "cheap-passwords"))]
const fn cost() -> Cost {
    ADVISED
}

/// Next to nothing where a test asks for it. Others run the same program and get what is advised.
#[cfg(feature = "cheap-passwords")]
fn cost() -> Cost {
    match std::env::var_os("KALLITYPE_TEST_CHEAP_PASSWORDS") {
        Some(_) => Cost(8, 1, 1),
        None => ADVISED,
    }
}

fn verify_now(password: &str, kept: Option<&str>) -> Result<Verdict> {
    if password.len() > MAX_LENGTH {
        return Ok(Verdict::Wrong);
    }
    let Some(kept) = kept else {
        hash_now(password)?;
        return Ok(Verdict::Wrong);
    };
    if kept.starts_with("$2") {
        let right = bcrypt::verify(password, kept).map_err(ApiError::internal)?;
        return Ok(if right {
            Verdict::Outdated
        } else {
            Verdict::Wrong
        });
    }
    let parsed = PasswordHash::new(kept).map_err(ApiError::internal)?;
    let right = hasher()?
        .verify_password(password.as_bytes(), &parsed)
        .is_ok();
    Ok(if right {
        Verdict::Right
    } else {
        Verdict::Wrong
    })
}

async fn with_hash_permit<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let _permit = app.hashing.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(ApiError::internal)
}
