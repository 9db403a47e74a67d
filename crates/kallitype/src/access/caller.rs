use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

use crate::access::{Grant, Permission};
use kallitype_db::row;
use kallitype_web::error::{ApiError, Result};

/// Who a request speaks for, after its credential was checked. Handlers get it as an argument.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Arc<Identity>);

/// Tells whoever put it into a request's extensions who called, once that is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallerSlot(Arc<OnceLock<Caller>>);

impl CallerSlot {
    pub(crate) fn fill(&self, caller: &Caller) {
        self.0.get_or_init(|| caller.clone());
    }

    #[must_use]
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.0.get()
    }
}

#[derive(Debug)]
pub(crate) enum Identity {
    User(Principal),
    Link(Link),
}

/// A signed-in user, by a session or by an API key.
#[derive(Debug)]
pub(crate) struct Principal {
    pub user: User,
    pub session: Option<Session>,
    pub key: Option<ApiKey>,
}

row! {
    #[derive(Debug, Clone)]
    pub(crate) struct User {
        pub id: Uuid = "account.id",
        pub is_admin: bool = "account.is_admin",
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub id: Uuid,
    /// Whether the PIN was given, so that locked assets are open.
    pub is_elevated: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ApiKey {
    pub id: Uuid,
    pub grant: Grant,
}

/// A shared link that is not expired and whose password, if it has one, was given.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub id: Uuid,
    pub owner_id: Uuid,
    /// The album that it shows, if it is not a link to single assets.
    pub album_id: Option<Uuid>,
    pub allow_upload: bool,
    pub allow_download: bool,
    pub show_metadata: bool,
    /// The hash of the password that was given, if it has one.
    pub password_hash: Option<String>,
}

impl Principal {
    /// Whether locked assets are open to this caller.
    #[must_use]
    pub(crate) fn is_elevated(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.is_elevated)
    }

    /// Whether the caller has a permission; only API keys can lack one.
    #[must_use]
    pub(crate) fn allows(&self, permission: Permission) -> bool {
        self.key
            .as_ref()
            .is_none_or(|key| key.grant.allows(permission))
    }
}

impl Caller {
    #[must_use]
    pub(crate) fn new(identity: Identity) -> Self {
        Self(Arc::new(identity))
    }

    #[must_use]
    pub(crate) fn identity(&self) -> &Identity {
        &self.0
    }

    /// The user behind the request; a link speaks for no one.
    ///
    /// # Errors
    /// 403 for links.
    pub(crate) fn principal(&self) -> Result<&Principal> {
        match &*self.0 {
            Identity::User(principal) => Ok(principal),
            Identity::Link(_) => Err(ApiError::forbidden("Forbidden")),
        }
    }

    /// The signed-in user's id.
    ///
    /// # Errors
    /// 403 for links.
    pub(crate) fn user_id(&self) -> Result<Uuid> {
        Ok(self.principal()?.user.id)
    }

    /// The link, when the request came by one.
    #[must_use]
    pub(crate) fn link(&self) -> Option<&Link> {
        match &*self.0 {
            Identity::Link(link) => Some(link),
            Identity::User(_) => None,
        }
    }

    /// Whether the request came by a link that hides what files say of themselves.
    #[must_use]
    pub(crate) fn hides_metadata(&self) -> bool {
        self.link().is_some_and(|link| !link.show_metadata)
    }

    /// Whether the request came by a link that gives no originals: they say of themselves what a link may hide.
    #[must_use]
    pub(crate) fn keeps_originals_back(&self) -> bool {
        self.link()
            .is_some_and(|link| !link.allow_download || !link.show_metadata)
    }

    /// Whose assets new uploads become.
    #[must_use]
    pub(crate) fn owner_id(&self) -> Uuid {
        match &*self.0 {
            Identity::User(principal) => principal.user.id,
            Identity::Link(link) => link.owner_id,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| {
            ApiError::internal("a handler asked for a caller on a route that anyone may call")
        })
    }
}
