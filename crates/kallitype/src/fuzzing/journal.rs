use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use uuid::Uuid;

use crate::app::entity_snapshots::EntitySnapshot;
use crate::integrity::queries::JournalState;
use crate::integrity::rebuild::{
    JournalContents, forget_lost_picture, has_original, has_owner, with_sidecar,
};
use crate::mail::{Template, preferences};
use kallitype_storage::journal::{read_lines, to_line};
use kallitype_storage::{Entry, Line};

/// A folder in which there is nothing: whatever is found was looked for elsewhere.
const NOWHERE: &str = "/dev/null/media";

/// The lines of a journal, and what a rebuild makes of them.
pub fn journal(bytes: &[u8]) {
    let (entries, outcome) = read(bytes);
    for entry in &entries {
        let line = to_line(entry).expect("an entry that was read");
        assert_eq!(read(&line).0, std::slice::from_ref(entry));
    }
    assert!(outcome.is_ok(), "what cannot be read stops nothing");
    if bytes.ends_with(b"\n") {
        check_torn(bytes, &entries);
    }
    check_known(&entries);
}

fn read(bytes: &[u8]) -> (Vec<Entry>, io::Result<()>) {
    let mut entries = Vec::new();
    let outcome = read_lines(bytes, Path::new("fuzzed.jsonl"), &mut |line| {
        match line {
            Line::Entry(entry) => entries.push(entry),
            Line::Unreadable(line) => assert!(!line.to_string().is_empty()),
        }
        Ok(())
    });
    (entries, outcome)
}

/// When the last line is cut off, the others are still there.
fn check_torn(bytes: &[u8], entries: &[Entry]) {
    let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let start = whole
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    for cut in [start, start + (whole.len() - start) / 2] {
        let (left, outcome) = read(&bytes[..cut]);
        assert!(outcome.is_ok() && entries.starts_with(&left));
        assert!(left.len() + 1 >= entries.len());
    }
}

/// The last state of everything that was not deleted since is known, in whatever order the lines come.
fn check_known(entries: &[Entry]) {
    let forwards = known(entries.iter());
    let backwards = known(entries.iter().rev());
    let updates = |of: &HashMap<Uuid, EntitySnapshot>| -> HashSet<(Uuid, Uuid)> {
        of.values()
            .map(|snapshot| (snapshot.id, snapshot.update_id))
            .collect()
    };
    for (one, other) in [
        (&forwards.accounts, &backwards.accounts),
        (&forwards.assets, &backwards.assets),
        (&forwards.albums, &backwards.albums),
        (&forwards.tags, &backwards.tags),
    ] {
        assert_eq!(updates(one), updates(other));
        for entry in entries {
            if let Entry::Deleted { update_id, id } = entry {
                assert!(
                    one.get(id)
                        .is_none_or(|snapshot| snapshot.update_id > *update_id)
                );
            }
        }
    }
    check_states(forwards);
}

fn known<'a>(entries: impl Iterator<Item = &'a Entry>) -> JournalContents {
    let mut known = JournalContents::default();
    entries.for_each(|entry| known.take(entry.clone()));
    known.settle();
    known
}

/// Nothing that a state says leads out of the media folder.
fn check_states(known: JournalContents) {
    let media = Path::new(NOWHERE);
    let accounts: HashSet<Uuid> = known.accounts.keys().copied().collect();
    for mut account in known.accounts.into_values() {
        forget_lost_picture(media, &mut account);
        assert!(!account.state.contains_key("profileImagePath"));
        let chosen = JournalState(&account.state).text("preferences");
        assert!(preferences::are_for(&chosen, Template::Welcome));
        preferences::are_for(&chosen, Template::AlbumInvite);
    }
    for asset in known.assets.into_values() {
        assert!(!has_original(media, &asset));
        let asset = with_sidecar(media, asset);
        assert!(asset.state["sidecarPath"].is_null());
    }
    for album in known.albums.values() {
        assert!(!has_owner(album, &HashSet::new()));
        assert!(!has_owner(album, &accounts) || album.state.contains_key("users"));
    }
}
