//! One answer to "may this caller do that to these".
//!
//! A [`Caller`] is who a request speaks for. The rules are two tables: `Need::ways` says by which relation a caller
//! reaches an asset, `AlbumNeed::roles` who in an album may do what to it. What a caller may see of the assets is a
//! [`Scope`]: a condition that queries on assets are built with. This is the only place that knows about owners,
//! albums, partners, links, trash and locks.

mod albums;
mod assets;
mod caller;
mod permission;

pub use albums::{AlbumNeed, AlbumRole, album_in_use, refused_album, require_album, role_in};
pub use assets::{
    Need, Scope, is_reachable, presentable, reachable, refused, require_all, shown_in_album,
};
pub use caller::{ApiKey, Caller, Identity, Link, Principal, Session, User};
pub use permission::{Grant, Permission};
