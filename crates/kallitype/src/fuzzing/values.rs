use std::path::{Component, Path};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::core::accounts::label::clean_label;
use crate::core::license::is_license_key;
use crate::core::originals::names::{Names, clean, folder_of};
use crate::core::tags::{path, tree};
use crate::features::assets::dto::parse_checksum;
use crate::features::shared_links::authentication::parse_key;
use crate::ingest::received::asset_type;
use crate::mail::page;
use kallitype_storage::StorageKey;
use kallitype_web::fields::{parse_email, parse_uuid};
use kallitype_web::time::{
    HOUR, format_iso, is_on_calendar, parse_date, parse_zone, parse_zoned, wall_clock, wall_moment,
};

/// Everything that has a form of its own and stands in a text: dates, ids, addresses, checksums, keys, paths.
pub fn values(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    check_date(text);
    check_zone(text);
    check_email(text);
    check_uuid(text);
    check_checksum(text);
    check_link_key(text);
    check_key(text);
    check_name(text);
    check_tag(text);
    check_label(text);
    check_template(text);
    check_place(text);
    if is_license_key(text) {
        assert!(text.len() == 44 && text.starts_with("IM"));
    }
}

fn check_date(text: &str) {
    let date = parse_zoned(text);
    assert_eq!(parse_date(text), date.as_ref().map(|date| date.moment));
    let Some(date) = date else { return };
    assert!(is_on_calendar(date.moment));
    let shown = format_iso(date.moment);
    let whole = date.moment.div_euclid(1000) * 1000;
    assert_eq!(parse_date(&shown), Some(whole), "{shown}");
    match date.zone {
        None => assert_eq!(date.local, date.moment),
        Some(zone) => {
            assert_eq!(wall_clock(date.moment, &zone), Some(date.local), "{zone}");
            assert_eq!(wall_moment(date.local, &zone), Some(date.moment), "{zone}");
        }
    }
}

fn check_zone(text: &str) {
    if parse_zone(text).is_some() {
        let local = wall_clock(0, text).expect("a wall clock in a zone that is known");
        let day = 26 * HOUR;
        assert!((-day..=day).contains(&local));
    }
}

fn check_email(text: &str) {
    if let Some(email) = parse_email(text) {
        assert_eq!(parse_email(&email).as_ref(), Some(&email));
        assert_eq!(email.matches('@').count(), 1);
        assert!(email.len() <= 320 && !email.contains(char::is_whitespace));
    }
}

fn check_uuid(text: &str) {
    if let Some(id) = parse_uuid(text) {
        assert!(id.to_string().eq_ignore_ascii_case(text));
    }
}

fn check_checksum(text: &str) {
    if let Some(bytes) = parse_checksum(text) {
        let hexadecimal = hex::encode(&bytes);
        assert_eq!(bytes.len(), 20);
        assert!(hexadecimal.eq_ignore_ascii_case(text) || STANDARD.encode(&bytes) == text);
    }
}

fn check_link_key(text: &str) {
    if let Some(key) = parse_key(text) {
        let unpadded = text.trim_end_matches('=');
        assert_eq!(key.len(), 50);
        assert!(
            hex::encode(&key).eq_ignore_ascii_case(text)
                || URL_SAFE_NO_PAD.encode(&key) == unpadded
        );
    }
}

/// A key never leads out of the library's root, and is the same after every way it is written down.
fn check_key(text: &str) {
    for key in [StorageKey::parse(text), StorageKey::from_flat(text)]
        .into_iter()
        .flatten()
    {
        for key in [&key.sidecar(), &key] {
            let mut parts = Path::new(key.as_str()).components();
            assert!(parts.all(|part| matches!(part, Component::Normal(_))));
        }
        // A sidecar's may be too long where the template's just fits.
        let sidecar = StorageKey::parse(key.sidecar().as_str());
        for key in sidecar.into_iter().chain([key]) {
            assert_eq!(StorageKey::parse(key.as_str()).as_ref(), Some(&key));
            let flat = key.flat();
            assert_eq!(flat.is_none(), key.is_templated());
            if let Some(flat) = flat {
                assert!(!flat.contains('/'));
                assert_eq!(StorageKey::from_flat(&flat), Some(key));
            }
        }
    }
}

/// Whatever a template makes of whatever was written, it stays below the user's own folder, and so does the sidecar beside it.
fn check_place(text: &str) {
    let user = folder_of(Uuid::nil(), Some(text));
    for made in [
        text.to_owned(),
        clean(text),
        format!("{0}/{0}", clean(text)),
    ] {
        let names = Names::new(user.clone(), &made, "id", "jpg".into());
        let Some(key) = names.key(1) else { continue };
        assert!(names.hold(&key), "{key}");
        assert!(key.as_str().starts_with(&format!("library/{user}/")));
        assert!(StorageKey::parse(key.sidecar().as_str()).is_some(), "{key}");
    }
}

/// Of what a file is called only a known extension comes into its key.
fn check_name(text: &str) {
    if let Ok((kind, known)) = asset_type(text) {
        assert_eq!(known.asset_type(), Some(kind));
        let ending = format!(".{}", known.extension);
        assert!(text.to_ascii_lowercase().ends_with(&ending));
        let key = StorageKey::original(Uuid::nil(), known.extension);
        assert_eq!(StorageKey::parse(key.as_str()), Some(key));
    }
}

fn check_tag(text: &str) {
    if let Some(path) = path::tidy(text) {
        assert_eq!(path::tidy(&path).as_ref(), Some(&path));
        let names: Vec<&str> = path.split('/').collect();
        assert!(names.len() <= tree::MAX_DEPTH && path.chars().count() <= tree::MAX_LENGTH);
        for name in &names {
            assert!(!name.is_empty() && name.trim() == *name, "{path:?}");
        }
        assert_eq!(names.last(), Some(&path::name(&path)));
    }
}

fn check_label(text: &str) {
    let label = clean_label(text);
    assert_eq!(clean_label(&label), label);
    let mut parts = Path::new(&label).components();
    assert!(label.is_empty() || matches!(parts.next(), Some(Component::Normal(_))));
    assert!(parts.next().is_none());
}

/// What stands for something is filled in, and nothing else is touched.
fn check_template(text: &str) {
    let value = "<script>{albumName}".to_owned();
    let filled = page::fill(text, &[("albumName", value)]);
    let escaped = "&lt;script&gt;{albumName}";
    assert_eq!(filled, text.replace("{albumName}", escaped));
}
