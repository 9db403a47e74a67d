//! The parts of assets and albums as the journal keeps them: what each may have many of, and what changes by itself.
//!
//! A whole state says its parts in properties of its own: `metadata`, `albums` with `addedBy`, `tags` with `refusedTags`,
//! `faces`, `users`, and the facts among its fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use kallitype_storage::PartKind;

/// Parts by their kind and key.
pub(crate) type Parts = BTreeMap<(PartKind, String), Json>;

/// The properties of a whole state that are its facts.
const FACTS: &[&str] = &[
    "edited",
    "description",
    "rating",
    "latitude",
    "longitude",
    "dateTimeOriginal",
    "timeZone",
];

/// Takes the parts out of a whole state, and leaves its own fields.
pub(crate) fn split(state: &mut Map<String, Json>) -> Parts {
    let mut parts = Parts::new();
    let facts = FACTS.iter().filter_map(|name| state.remove_entry(*name));
    let facts: Map<String, Json> = facts.collect();
    if !facts.is_empty() {
        parts.insert((PartKind::Facts, String::new()), facts.into());
    }
    for (key, value) in take_object(state, "metadata") {
        parts.insert((PartKind::Metadata, key), value);
    }
    let mut added_by = take_object(state, "addedBy");
    for (album, since) in take_object(state, "albums") {
        // Journals of earlier versions do not say by whom.
        let held = match added_by.remove(&album) {
            Some(by) => json!({"since": since, "by": by}),
            None => json!({"since": since}),
        };
        parts.insert((PartKind::Album, album), held);
    }
    for (name, is_given) in [("tags", true), ("refusedTags", false)] {
        for path in take_texts(state, name) {
            parts.insert((PartKind::Tag, path), is_given.into());
        }
    }
    for (face, value) in take_object(state, "faces") {
        parts.insert((PartKind::Face, face), value);
    }
    for (user, role) in take_object(state, "users") {
        parts.insert((PartKind::User, user), role);
    }
    parts
}

/// Puts parts into a state that has its own fields only, which makes it whole.
pub(crate) fn join(state: &mut Map<String, Json>, parts: Parts) {
    for ((part, key), value) in parts {
        match part {
            _ if value.is_null() => {}
            PartKind::Metadata => put(state, "metadata", key, value),
            PartKind::Album => {
                if let Some(by) = value.get("by") {
                    put(state, "addedBy", key.clone(), by.clone());
                }
                let since = value.get("since").cloned().unwrap_or_default();
                put(state, "albums", key, since);
            }
            PartKind::Tag => {
                let name = if value == json!(true) {
                    "tags"
                } else {
                    "refusedTags"
                };
                let paths = state.entry(name).or_insert_with(|| json!([]));
                if let Json::Array(paths) = paths {
                    paths.push(key.into());
                }
            }
            PartKind::Facts => {
                if let Json::Object(facts) = value {
                    state.extend(facts);
                }
            }
            PartKind::Face => put(state, "faces", key, value),
            PartKind::User => put(state, "users", key, value),
        }
    }
}

fn take_object(state: &mut Map<String, Json>, name: &str) -> Map<String, Json> {
    match state.remove(name) {
        Some(Json::Object(object)) => object,
        _ => Map::new(),
    }
}

fn take_texts(state: &mut Map<String, Json>, name: &str) -> Vec<String> {
    let Some(Json::Array(list)) = state.remove(name) else {
        return Vec::new();
    };
    let text = |value| match value {
        Json::String(text) => Some(text),
        _ => None,
    };
    list.into_iter().filter_map(text).collect()
}

fn put(state: &mut Map<String, Json>, name: &str, key: String, value: Json) {
    let object = state.entry(name).or_insert_with(|| json!({}));
    if let Json::Object(object) = object {
        object.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_is_taken_apart_is_put_together_again() {
        let whole = json!({
            "name": "field",
            "edited": "rating",
            "rating": 3,
            "metadata": {"app": {"a": [1]}, "other": {}},
            "albums": {"one": 1, "two": 2},
            "addedBy": {"one": "someone", "two": null},
            "tags": ["a", "a/b"],
            "refusedTags": ["c"],
            "faces": {"face": {"x1": 1}},
            "users": {"someone": "owner"},
        });
        let Json::Object(mut state) = whole.clone() else {
            panic!("an object")
        };
        let mut parts = split(&mut state);
        assert_eq!(Json::from(state.clone()), json!({"name": "field"}));
        assert_eq!(parts.len(), 10);
        parts.insert((PartKind::Metadata, "gone".into()), Json::Null);
        join(&mut state, parts);
        assert_eq!(Json::from(state), whole);
    }
}
