//! Both engines fold texts as the program does, character by character.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use engines::{Fresh, run};
use kallitype_db::{Connection, fold};

/// The blocks that names and descriptions are written in: all of Latin, Greek, Cyrillic, Hebrew, Arabic, the scripts of
/// India and South-East Asia, signs, kana, Chinese characters, Hangul, and the other forms of these.
const BLOCKS: [std::ops::RangeInclusive<u32>; 6] = [
    0x0002..=0x2FFF,
    0x3000..=0x30FF,
    0x4E00..=0x4FFF,
    0xAC00..=0xAFFF,
    0xF900..=0xFAFF,
    0xFB00..=0xFFEF,
];

/// As many characters stand in one text, with a sign between them that changes nothing and stays as it is.
const CHARACTERS: usize = 64;
const BETWEEN: &str = "\u{1}";

/// How many characters are newer than what an old PostgreSQL knows of Unicode. It leaves them as they are.
const NEWER: usize = 16;

fn folds_alike(fresh: &Fresh) {
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    let all: Vec<String> = BLOCKS
        .into_iter()
        .flatten()
        .filter_map(char::from_u32)
        .map(String::from)
        .collect();
    let mut newer = 0;
    run(async {
        for characters in all.chunks(CHARACTERS) {
            let text = characters.join(BETWEEN);
            let asked = text.clone();
            let read = move |connection: &mut Connection<'_>| {
                connection.query_one::<String>("SELECT fold_text($1)", &[asked.as_str().into()])
            };
            let (theirs, ours) = (db.read(read).await.unwrap(), fold(&text));
            let pairs = theirs.split(BETWEEN).zip(ours.split(BETWEEN));
            assert_eq!(pairs.clone().count(), characters.len());
            for (character, (theirs, ours)) in characters.iter().zip(pairs) {
                if theirs != ours {
                    assert_eq!(theirs, character, "{ours}");
                    newer += 1;
                }
            }
        }
    });
    assert!(newer <= NEWER, "{newer}");
}

#[test]
fn sqlite_folds_as_the_program_does() {
    folds_alike(&Fresh::sqlite());
}

#[test]
fn postgres_folds_as_the_program_does() {
    folds_alike(&Fresh::postgres());
}
