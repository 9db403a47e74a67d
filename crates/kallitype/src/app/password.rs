//! Passwords: argon2id, with bcrypt understood for accounts that come from elsewhere.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::app::state::App;
use kallitype_web::error::{ApiError, Result};

/// Memory in KiB, passes and lanes: what OWASP advises for argon2id.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The longest password that is looked at, in bytes: longer ones only cost time.
const LONGEST: usize = 1024;

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
    if password.len() > LONGEST {
        return Err(ApiError::bad_request(format!(
            "A password has at most {LONGEST} bytes"
        )));
    }
    in_turn(app, move || hash_now(&password)).await?
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
    in_turn(app, move || verify_now(&password, kept.as_deref())).await?
}

/// Compares a guess with a kept hash and slows down whoever guesses wrong; `keys` are what wrong guesses are
/// counted by.
///
/// Guesses sent together all wait for their turn to be hashed. Once too many of them were wrong, the rest are
/// refused whatever they are, so that neither a right one nor the way it is refused stands out.
///
/// # Errors
/// 429 after too many wrong ones.
pub(crate) async fn verify_guess(
    app: &App,
    keys: &[String],
    guess: String,
    kept: Option<String>,
) -> Result<Verdict> {
    app.throttle.check(keys)?;
    let verdict = verify(app, guess, kept).await?;
    app.throttle.check(keys)?;
    if verdict == Verdict::Wrong {
        app.throttle.failed(keys);
    }
    Ok(verdict)
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
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(ApiError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn verify_now(password: &str, kept: Option<&str>) -> Result<Verdict> {
    if password.len() > LONGEST {
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

async fn in_turn<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let _turn = app.hashing.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(ApiError::internal)
}
