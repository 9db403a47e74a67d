//! What several features share: accounts, sessions, assets, tags, stacks, duplicates, people, albums, links, partners,
//! notifications.

pub(crate) mod account_removal;
pub(crate) mod accounts;
pub(crate) mod albums;
pub(crate) mod asset_details;
pub(crate) mod asset_listing;
pub(crate) mod asset_removal;
pub(crate) mod asset_sync;
pub(crate) mod assets;
pub(crate) mod begin_session;
pub(crate) mod choices;
pub(crate) mod duplicates;
pub(crate) mod guesses;
pub(crate) mod installation;
pub(crate) mod libraries;
pub(crate) mod license;
pub(crate) mod links;
pub(crate) mod memories;
pub(crate) mod notifications;
pub(crate) mod originals;
pub(crate) mod partners;
pub(crate) mod people;
pub(crate) mod sessions;
pub(crate) mod stacks;
pub(crate) mod standing;
pub(crate) mod tags;
pub(crate) mod tombstones;
pub(crate) mod version_check;
