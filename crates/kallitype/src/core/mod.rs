//! What several features share: accounts, sessions, assets, tags, albums, links, partners, notifications.

pub(crate) mod account_removal;
pub(crate) mod accounts;
pub(crate) mod albums;
pub(crate) mod asset_details;
pub(crate) mod asset_listing;
pub(crate) mod asset_removal;
pub(crate) mod assets;
pub(crate) mod begin_session;
pub(crate) mod choices;
pub(crate) mod guesses;
pub(crate) mod links;
pub(crate) mod notifications;
pub(crate) mod partners;
pub(crate) mod sessions;
pub(crate) mod tags;
