//! The library as a whole: that its media and its database belong together, and that each can be made
//! whole again from the other.

mod check;
mod journaling;
mod open;
pub(crate) mod queries;
pub(crate) mod rebuild;
mod sweep;

pub use check::{CheckReport, check};
pub use journaling::{
    catch_up, checkpoint, journal, journal_account, journal_account_of, journal_album,
    journal_assets, journal_deleted, journal_tags, new_asset_entry,
};
pub use open::{OpenError, Opened, open};
pub use rebuild::{RebuildReport, rebuild};
pub use sweep::{remove_doomed_files, sweep};
