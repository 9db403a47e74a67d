//! One answer to "may this caller do that to these".
//!
//! A [`Caller`] is who a request speaks for. The rules are two tables: `Action::ways` says by which relation a caller
//! reaches an asset, `AlbumAction::roles` who in an album may do what to it. What a caller may see of the assets has two
//! forms: a [`Scope`] is a condition for queries on assets that are known by their ids or by what holds them, a
//! [`Listing`] says whose assets a list holds, for queries that an index on owners drives. This is the only place that
//! knows about owners, albums, partners, links, trash and locks.

pub(crate) mod albums;
pub(crate) mod assets;
pub(crate) mod caller;
pub(crate) mod listing;
pub(crate) mod permission;
pub(crate) mod user_id;

pub(crate) use albums::AlbumAction;
pub(crate) use albums::AlbumRole;
pub(crate) use albums::album_in_use;
pub(crate) use albums::refused_album;
pub(crate) use albums::require_album;
pub(crate) use albums::role_in;
pub(crate) use assets::Action;
pub(crate) use assets::Scope;
pub(crate) use assets::is_locked;
pub(crate) use assets::is_reachable;
pub(crate) use assets::is_trashed;
pub(crate) use assets::presentable;
pub(crate) use assets::reachable;
pub(crate) use assets::refused;
pub(crate) use assets::require_all;
pub(crate) use assets::shown_by_itself;
pub(crate) use assets::shown_in_album;
pub(crate) use assets::still_shared;
pub(crate) use caller::ApiKey;
pub(crate) use caller::Caller;
pub(crate) use caller::CallerSlot;
pub(crate) use caller::Identity;
pub(crate) use caller::Link;
pub(crate) use caller::Principal;
pub(crate) use caller::Session;
pub(crate) use caller::User;
pub(crate) use listing::Listing;
pub(crate) use listing::Section;
pub(crate) use listing::Visibility;
pub(crate) use listing::refused_timeline;
pub(crate) use listing::require_open;
pub(crate) use permission::Grant;
pub(crate) use permission::Permission;
