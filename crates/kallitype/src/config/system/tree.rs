//! The document as a tree of values, each with a path such as `trash.days`.

use serde_json::{Map, Value};

/// The value at a path.
#[must_use]
pub(crate) fn value_at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(document, |value, name| value.get(name))
}

/// Puts a value at a path, with the sections that lead to it.
pub(crate) fn put_at(document: &mut Value, path: &str, value: Value) {
    let mut place = document;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Map::new().into();
        }
        place = &mut place[name];
    }
    *place = value;
}

/// Every value with its path.
#[must_use]
pub(crate) fn leaves(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    gather(document, "", &mut found);
    found
}

fn gather<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    let Value::Object(section) = value else {
        found.push((path.to_owned(), value));
        return;
    };
    for (name, value) in section {
        let path = match path {
            "" => name.clone(),
            path => format!("{path}.{name}"),
        };
        gather(value, &path, found);
    }
}

/// What a document says that the defaults do not. Nothing, or an empty text, says that the default is good.
#[must_use]
pub(crate) fn difference(document: &Value, defaults: &Value) -> Value {
    let mut difference = Value::Object(Map::new());
    for (path, value) in leaves(document) {
        let is_decided =
            !value.is_null() && value != "" && value_at(defaults, &path) != Some(value);
        if is_decided {
            put_at(&mut difference, &path, value.clone());
        }
    }
    difference
}

/// A document with what is decided otherwise.
#[must_use]
pub(crate) fn merged(mut document: Value, difference: &Value) -> Value {
    for (path, value) in leaves(difference) {
        put_at(&mut document, &path, value.clone());
    }
    document
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_makes_the_document_again() {
        let defaults = json!({"a": {"b": 1, "c": "x"}, "d": [1], "e": null});
        let document = json!({"a": {"b": 2, "c": ""}, "d": [1], "e": 5});
        let difference = difference(&document, &defaults);
        assert_eq!(difference, json!({"a": {"b": 2}, "e": 5}));
        let whole = json!({"a": {"b": 2, "c": "x"}, "d": [1], "e": 5});
        assert_eq!(merged(defaults, &difference), whole);
        assert_eq!(merged(whole.clone(), &json!({})), whole);
    }
}
