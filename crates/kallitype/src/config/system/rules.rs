//! What values of the document have to be.

use serde::Serializer;
use url::Url;

use crate::config::Secret;
use kallitype_web::fields::{Fields, FromFields};

/// The longest names, addresses and expressions, in characters.
const MAX_TEXT: usize = 2000;

/// The longest style sheet, and the longest words for a letter, in characters.
const MAX_LONG_TEXT: usize = 262_144;

/// A section, which has to be there.
pub(super) fn section<T: FromFields + Default>(fields: &Fields<'_>, name: &str) -> T {
    if !fields.has(name) {
        fields.refuse(name, "must be an object");
    }
    fields.nested(name).unwrap_or_default()
}

/// A text, which may be empty.
pub(super) fn text(fields: &Fields<'_>, name: &str) -> String {
    fields.limited(name, MAX_TEXT, Fields::string)
}

/// A text that is not empty.
pub(super) fn full_text(fields: &Fields<'_>, name: &str) -> String {
    fields.limited(name, MAX_TEXT, Fields::required_text)
}

pub(super) fn long_text(fields: &Fields<'_>, name: &str) -> String {
    fields.limited(name, MAX_LONG_TEXT, Fields::string)
}

pub(super) fn secret(fields: &Fields<'_>, name: &str) -> Secret {
    text(fields, name).into()
}

/// Administrators are shown the secrets that they have entered.
pub(super) fn reveal<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.reveal())
}

/// A text that only counts unless `switch` is off. It has to be sound then, and may be anything, or absent, otherwise.
pub(super) fn text_if(
    switch: &str,
    fields: &Fields<'_>,
    name: &str,
    reader: fn(&Fields<'_>, &str) -> String,
) -> String {
    if !fields.is_off(switch) {
        return reader(fields, name);
    }
    fields.max_characters(name, MAX_TEXT);
    fields.raw(name).unwrap_or_default().to_owned()
}

/// A whole number between two limits.
pub(super) fn whole<T: TryFrom<i64> + Default>(
    fields: &Fields<'_>,
    name: &str,
    min: i64,
    max: i64,
) -> T {
    if !fields.has(name) {
        fields.refuse(name, "must be an integer number");
    }
    let number = fields.integer(name, min, max);
    number
        .and_then(|number| T::try_from(number).ok())
        .unwrap_or_default()
}

/// A whole number from `min` on.
pub(super) fn count(fields: &Fields<'_>, name: &str, min: i64) -> u32 {
    whole(fields, name, min, i64::from(i32::MAX))
}

/// A number between two limits.
pub(super) fn decimal(fields: &Fields<'_>, name: &str, min: f64, max: f64) -> f64 {
    if !fields.has(name) {
        fields.refuse(
            name,
            "must be a number conforming to the specified constraints",
        );
    }
    let number = fields.number(name).unwrap_or(min);
    if number < min {
        fields.refuse(name, &format!("must not be less than {min}"));
    }
    if number > max {
        fields.refuse(name, &format!("must not be greater than {max}"));
    }
    number
}

/// The address of something on the web.
pub(super) fn url(fields: &Fields<'_>, name: &str) -> String {
    let text = full_text(fields, name);
    if !text.is_empty() && !is_url(&text) {
        fields.refuse(name, "must be a URL address");
    }
    text
}

/// As [`url`], or nothing.
pub(super) fn url_or_empty(fields: &Fields<'_>, name: &str) -> String {
    match fields.is(name, "") {
        true => String::new(),
        false => url(fields, name),
    }
}

pub(super) fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// When something comes round, as cron writes it.
pub(super) fn cron(fields: &Fields<'_>, name: &str) -> String {
    let text = full_text(fields, name);
    if super::schedule::parse(&text).is_none() {
        fields.refuse(name, "must be a valid cron expression");
    }
    text
}
