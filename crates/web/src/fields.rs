//! Reading and checking what a request says: JSON bodies, queries and form fields, by the same rules.
//!
//! A reader takes what it wants from [`Fields`]. Every broken rule is noted and reading goes on, so that
//! one answer names them all; what a reader made of broken input is thrown away.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use axum::extract::{FromRef, FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use http::{HeaderMap, header};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::body::read_to_end;
use crate::budget::{Budget, Held, Sender};
use crate::credential::ByCookie;
use crate::error::{ApiError, Result};
use crate::limits::Limits;
use crate::time::parse_date;

/// A request's properties, readable by name.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: String,
    source: Source,
    max_items: usize,
    failures: &'a RefCell<Vec<String>>,
}

/// Where properties come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// JSON, or a query.
    Values,
    /// The parts of a form, in which lists and objects are JSON in a text.
    Form,
}

/// What can be read from a request's properties.
pub trait FromFields: Sized {
    fn read(fields: &Fields<'_>) -> Self;
}

/// A value with a fixed set of names on the wire.
pub trait Enumeration: Sized + Copy + 'static {
    const CHOICES: &'static [(&'static str, Self)];
    /// Stands for a value that could not be read until the request is refused.
    const FALLBACK: Self = Self::CHOICES[0].1;

    fn from_name(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }
}

/// Reads an object, or says which rules it breaks.
///
/// # Errors
/// 400 with one sentence a broken rule.
pub fn read<T: FromFields>(object: &Map<String, Value>, max_items: usize) -> Result<T> {
    read_from(Source::Values, object, max_items)
}

/// Reads a form's parts, which are all texts, or says which rules they break. Lists and objects are written as JSON;
/// an empty text is an empty list, and no object.
///
/// # Errors
/// 400 with one sentence a broken rule.
pub fn read_form<T: FromFields>(parts: &Map<String, Value>, max_items: usize) -> Result<T> {
    read_from(Source::Form, parts, max_items)
}

fn read_from<T: FromFields>(
    source: Source,
    object: &Map<String, Value>,
    max_items: usize,
) -> Result<T> {
    let failures = RefCell::new(Vec::new());
    let value = T::read(&Fields {
        object,
        prefix: String::new(),
        source,
        max_items,
        failures: &failures,
    });
    match failures.into_inner() {
        broken if broken.is_empty() => Ok(value),
        broken => Err(ApiError::invalid(broken)),
    }
}

impl Fields<'_> {
    fn fail(&self, name: &str, rule: &str) {
        self.failures
            .borrow_mut()
            .push(format!("{}{name} {rule}", self.prefix));
    }

    fn fail_each(&self, name: &str, rule: &str) {
        self.failures
            .borrow_mut()
            .push(format!("each value in {}{name} {rule}", self.prefix));
    }

    fn given(&self, name: &str) -> Option<&Value> {
        self.object.get(name)
    }

    /// A property that should be a list, which in a form is written as JSON.
    fn given_list(&self, name: &str) -> Option<Cow<'_, Value>> {
        match self.given(name)? {
            Value::String(text) if self.source == Source::Form && text.is_empty() => {
                Some(Cow::Owned(Value::Array(Vec::new())))
            }
            value => Some(self.parsed(value)),
        }
    }

    /// A property that should be an object, which in a form is written as JSON.
    fn given_object(&self, name: &str) -> Option<Cow<'_, Value>> {
        match self.given(name)? {
            Value::String(text) if self.source == Source::Form && text.is_empty() => None,
            value => Some(self.parsed(value)),
        }
    }

    fn parsed<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        let text = value.as_str().filter(|_| self.source == Source::Form);
        let parsed = text.and_then(|text| serde_json::from_str(text).ok());
        parsed.map_or(Cow::Borrowed(value), Cow::Owned)
    }

    /// Whether the property is there, be it null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// The property as it was given, if it is a text.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.given(name)?.as_str()
    }

    /// Whether the property is this text.
    #[must_use]
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.raw(name) == Some(text)
    }

    /// Whether the property is a switch that is off.
    #[must_use]
    pub fn is_off(&self, name: &str) -> bool {
        self.given(name) == Some(&Value::Bool(false)) || self.is(name, "false")
    }

    /// Whether the property is a list of nothing.
    #[must_use]
    pub fn is_empty_list(&self, name: &str) -> bool {
        let list = self.given_list(name);
        list.is_some_and(|list| list.as_array().is_some_and(Vec::is_empty))
    }

    /// Notes a broken rule that no reader here knows.
    pub fn refuse(&self, name: &str, rule: &str) {
        self.fail(name, rule);
    }

    /// As [`refuse`](Self::refuse), of what is in a list.
    pub fn refuse_each(&self, name: &str, rule: &str) {
        self.fail_each(name, rule);
    }

    /// An optional string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.given(name)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.fail(name, "must be a string");
                None
            }
        }
    }

    /// An optional string; an empty one counts as absent.
    #[must_use]
    pub fn text_unless_empty(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A string that must be there; it may be empty.
    #[must_use]
    pub fn string(&self, name: &str) -> String {
        if !self.has(name) {
            self.fail(name, "must be a string");
        }
        self.text(name).unwrap_or_default()
    }

    /// A string that must be there and not be empty.
    #[must_use]
    pub fn required_text(&self, name: &str) -> String {
        match self.given(name) {
            Some(Value::String(text)) if !text.is_empty() => return text.clone(),
            Some(Value::String(_)) => self.fail(name, "should not be empty"),
            Some(value) if !value.is_null() => self.fail(name, "must be a string"),
            _ => {
                self.fail(name, "must be a string");
                self.fail(name, "should not be empty");
            }
        }
        String::new()
    }

    /// An optional truth value; in queries and forms the words `true` and `false`.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.given(name)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) if text == "true" => Some(true),
            Value::String(text) if text == "false" => Some(false),
            _ => {
                self.fail(name, "must be a boolean value");
                None
            }
        }
    }

    /// A truth value that must be there.
    #[must_use]
    pub fn required_boolean(&self, name: &str) -> bool {
        if !self.has(name) {
            self.fail(name, "should not be empty");
            self.fail(name, "must be a boolean value");
        }
        self.boolean(name).unwrap_or(false)
    }

    /// An optional number, in queries and forms its decimal digits.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        let number = match self.given(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            self.fail(
                name,
                "must be a number conforming to the specified constraints",
            );
        }
        number
    }

    /// An optional whole number between two limits.
    #[must_use]
    pub fn integer(&self, name: &str, min: i64, max: i64) -> Option<i64> {
        let given = self.given(name)?;
        let number = match given {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let whole = number
            .filter(|number| number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_991.0);
        // The conversion is exact: the number is whole and within 53 bits.
        let Some(whole) = whole.map(|number| number as i64) else {
            self.fail(name, "must be an integer number");
            return None;
        };
        if whole < min {
            self.fail(name, &format!("must not be less than {min}"));
        }
        if whole > max {
            self.fail(name, &format!("must not be greater than {max}"));
        }
        Some(whole)
    }

    /// An optional moment, as microseconds UTC.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<i64> {
        let moment = self.given(name)?.as_str().and_then(parse_date);
        if moment.is_none() {
            self.fail(name, "must be a valid ISO 8601 date string");
        }
        moment
    }

    /// A moment that must be there, as microseconds UTC.
    #[must_use]
    pub fn required_date(&self, name: &str) -> i64 {
        if !self.has(name) {
            self.fail(name, "must be a valid ISO 8601 date string");
            self.fail(name, "should not be empty");
        }
        self.date(name).unwrap_or_default()
    }

    /// An optional id.
    #[must_use]
    pub fn uuid(&self, name: &str) -> Option<Uuid> {
        let id = self.given(name)?.as_str().and_then(parse_uuid);
        if id.is_none() {
            self.fail(name, "must be a UUID");
        }
        id
    }

    /// An id that must be there.
    #[must_use]
    pub fn required_uuid(&self, name: &str) -> Uuid {
        if !self.has(name) {
            self.fail(name, "should not be empty");
            self.fail(name, "must be a UUID");
        }
        self.uuid(name).unwrap_or_default()
    }

    /// A list of ids that must be there; it may be empty.
    #[must_use]
    pub fn uuids(&self, name: &str) -> Vec<Uuid> {
        let Some(list) = self.list(name) else {
            self.fail_each(name, "must be a UUID");
            return Vec::new();
        };
        let ids: Option<Vec<Uuid>> = list
            .iter()
            .map(|value| value.as_str().and_then(parse_uuid))
            .collect();
        if ids.is_none() {
            self.fail_each(name, "must be a UUID");
        }
        ids.unwrap_or_default()
    }

    /// As [`uuids`](Self::uuids), each once however often it stands there.
    #[must_use]
    pub fn distinct_uuids(&self, name: &str) -> Vec<Uuid> {
        let mut seen = HashSet::new();
        let mut ids = self.uuids(name);
        ids.retain(|id| seen.insert(*id));
        ids
    }

    /// As [`distinct_uuids`](Self::distinct_uuids), of a query, in which a list is a name that is given once for each
    /// entry.
    #[must_use]
    pub fn queried_uuids(&self, name: &str) -> Vec<Uuid> {
        let several = self.given(&repeated(name)).and_then(Value::as_array);
        let only = self.given(name).map(std::slice::from_ref);
        let values = several.map(Vec::as_slice).or(only).unwrap_or_default();
        let ids = values.iter().map(|value| parse_uuid(value.as_str()?));
        let ids: Option<HashSet<Uuid>> = ids.collect();
        if ids.is_none() || values.len() > self.max_items {
            self.fail_each(name, "must be a UUID");
        }
        ids.into_iter().flatten().collect()
    }

    /// How many entries a list has; none if it is no list.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        let list = self.given_list(name);
        list.as_deref()
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    }

    /// How many entries a list may have.
    #[must_use]
    pub fn max_items(&self) -> usize {
        self.max_items
    }

    /// A list of strings that must be there and hold at least one.
    #[must_use]
    pub fn non_empty_strings(&self, name: &str) -> Vec<String> {
        if matches!(self.given_list(name).as_deref(), Some(Value::Array(list)) if list.is_empty()) {
            self.fail(name, "must contain at least 1 elements");
        }
        self.texts(name)
    }

    /// A list of strings that must be there; it may be empty.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        let Some(list) = self.list(name) else {
            self.fail_each(name, "must be a string");
            return Vec::new();
        };
        let texts: Option<Vec<String>> = list
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect();
        match texts {
            Some(texts) if texts.iter().all(|text| !text.is_empty()) => texts,
            Some(_) => {
                self.fail_each(name, "should not be empty");
                Vec::new()
            }
            None => {
                self.fail_each(name, "must be a string");
                Vec::new()
            }
        }
    }

    /// One of a fixed set of names.
    #[must_use]
    pub fn enumeration<T: Enumeration>(&self, name: &str) -> Option<T> {
        let chosen = self.given(name)?.as_str().and_then(T::from_name);
        if chosen.is_none() {
            self.fail(
                name,
                &format!("must be one of the following values: {}", names::<T>()),
            );
        }
        chosen
    }

    /// One of a fixed set of names that must be there.
    #[must_use]
    pub fn required_enumeration<T: Enumeration>(&self, name: &str) -> T {
        if !self.has(name) {
            self.fail(name, "should not be empty");
            self.fail(
                name,
                &format!("must be one of the following values: {}", names::<T>()),
            );
        }
        self.enumeration(name).unwrap_or(T::FALLBACK)
    }

    /// A list of names from a fixed set, at least one.
    #[must_use]
    pub fn enumerations<T: Enumeration>(&self, name: &str) -> Vec<T> {
        let Some(list) = self.list(name) else {
            return Vec::new();
        };
        if list.is_empty() {
            self.fail(name, "must contain at least 1 elements");
        }
        let chosen: Option<Vec<T>> = list
            .iter()
            .map(|value| value.as_str().and_then(T::from_name))
            .collect();
        if chosen.is_none() {
            self.fail_each(
                name,
                &format!("must be one of the following values: {}", names::<T>()),
            );
        }
        chosen.unwrap_or_default()
    }

    /// Whatever `reader` reads.
    pub fn with<T>(&self, name: &str, reader: impl Fn(&Self, &str) -> T) -> T {
        reader(self, name)
    }

    /// A property that may be absent; if it is there, `reader` reads it.
    pub fn optional<T>(&self, name: &str, reader: impl Fn(&Self, &str) -> T) -> Option<T> {
        self.has(name).then(|| reader(self, name))
    }

    /// What `reader` reads, or `default` if it is absent.
    pub fn or<T>(&self, name: &str, default: T, reader: impl Fn(&Self, &str) -> Option<T>) -> T {
        reader(self, name).unwrap_or(default)
    }

    /// A string of so many characters at most.
    pub fn limited<T>(
        &self,
        name: &str,
        characters: usize,
        reader: impl Fn(&Self, &str) -> T,
    ) -> T {
        self.max_characters(name, characters);
        reader(self, name)
    }

    /// A file part: its bytes are streamed and never stand among the fields.
    pub fn file_part(&self, _name: &str) {}

    /// A property for which null says the same as its absence.
    pub fn nullable_or_absent<T>(
        &self,
        name: &str,
        reader: impl Fn(&Self, &str) -> Option<T>,
    ) -> Option<T> {
        self.nullable(name, reader).flatten()
    }

    /// A property that may be absent (`None`), null (`Some(None)`), or what `reader` reads.
    pub fn nullable<T>(
        &self,
        name: &str,
        reader: impl Fn(&Self, &str) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.given(name)? {
            Value::Null => Some(None),
            _ => Some(reader(self, name)),
        }
    }

    /// A list of objects that must be there; rules they break are named `list.0.property`.
    #[must_use]
    pub fn objects<T: FromFields>(&self, name: &str) -> Vec<T> {
        let Some(list) = self.list(name) else {
            return Vec::new();
        };
        let mut read = Vec::with_capacity(list.len());
        for (position, value) in list.iter().enumerate() {
            let Value::Object(object) = value else {
                self.fail_each(
                    &format!("nested property {name}"),
                    "must be either object or array",
                );
                return Vec::new();
            };
            let prefix = format!("{}{name}.{position}.", self.prefix);
            read.push(T::read(&Fields {
                object,
                prefix,
                source: Source::Values,
                max_items: self.max_items,
                failures: self.failures,
            }));
        }
        read
    }

    /// An optional object; rules it breaks are named `name.property`.
    #[must_use]
    pub fn nested<T: FromFields>(&self, name: &str) -> Option<T> {
        let given = self.given_object(name)?;
        let Value::Object(object) = given.as_ref() else {
            self.fail(name, "must be an object");
            return None;
        };
        Some(T::read(&Fields {
            object,
            prefix: format!("{}{name}.", self.prefix),
            source: Source::Values,
            max_items: self.max_items,
            failures: self.failures,
        }))
    }

    /// A JSON object that must be there.
    #[must_use]
    pub fn object(&self, name: &str) -> Map<String, Value> {
        match self.given_object(name).map(Cow::into_owned) {
            Some(Value::Object(object)) => return object,
            Some(_) => self.fail(name, "must be an object"),
            None => {
                self.fail(name, "must be an object");
                self.fail(name, "should not be empty");
            }
        }
        Map::new()
    }

    /// An optional colour as style sheets have it, with its `#`; an empty text is none.
    #[must_use]
    pub fn color(&self, name: &str) -> Option<String> {
        let text = self.text_unless_empty(name)?;
        let digits = text.strip_prefix('#').unwrap_or(&text);
        let is_color = matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_color {
            self.fail(name, "must be a hexadecimal color");
        }
        Some(format!("#{digits}"))
    }

    /// An address with something before and after its `@`, in lower case.
    #[must_use]
    pub fn email(&self, name: &str) -> String {
        let given = self.given(name).and_then(Value::as_str);
        given.and_then(parse_email).unwrap_or_else(|| {
            self.fail(name, "must be an email");
            String::new()
        })
    }

    /// Notes when a string has more characters than it may.
    pub fn max_characters(&self, name: &str, characters: usize) {
        let long = |text: &str| text.chars().nth(characters).is_some();
        if self.given(name).and_then(Value::as_str).is_some_and(long) {
            self.fail(
                name,
                &format!("must be shorter than or equal to {characters} characters"),
            );
        }
    }

    fn list(&self, name: &str) -> Option<Cow<'_, [Value]>> {
        let list = match self.given_list(name) {
            Some(Cow::Borrowed(Value::Array(list))) => Cow::Borrowed(list.as_slice()),
            Some(Cow::Owned(Value::Array(list))) => Cow::Owned(list),
            _ => {
                self.fail(name, "must be an array");
                return None;
            }
        };
        if list.len() > self.max_items {
            self.fail(
                name,
                &format!("must contain no more than {} elements", self.max_items),
            );
            return Some(Cow::Borrowed(&[]));
        }
        Some(list)
    }
}

fn names<T: Enumeration>() -> String {
    T::CHOICES
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The longest name of anything, and the longest that a client calls its device and its files, in characters.
pub const MAX_NAME: usize = 255;

/// The longest address, in bytes.
const MAX_EMAIL: usize = 320;

/// An address with something before and after its `@`, in lower case.
#[must_use]
pub fn parse_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.split_once('@')?;
    let looks_right = !local.is_empty()
        && !domain.is_empty()
        && !domain.contains('@')
        && !email.contains(char::is_whitespace)
        && email.len() <= MAX_EMAIL;
    looks_right.then_some(email)
}

/// A UUID in its usual form, with hyphens.
#[must_use]
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

/// A checked JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T>
where
    Limits: FromRef<S>,
    Budget: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let limits = Limits::from_ref(state);
        let (parts, body) = request.into_parts();
        let sender = parts.extensions.get::<Sender>().copied();
        let mut charge = Budget::from_ref(state).charge(sender == Some(Sender::User));
        let limit = limits.json_bytes(sender);
        let bytes = read_to_end(body, limit, &mut charge, weight).await?;
        // Browsers send other types for any page, without asking the server first.
        let must_be_json = parts.extensions.get::<ByCookie>().is_some();
        if must_be_json && !is_json(&parts.headers) && !bytes.is_empty() {
            return Err(ApiError::unsupported_media_type(
                "The body's type must be application/json",
            ));
        }
        let object = parse_object(&bytes)?;
        drop(bytes);
        if let Some(held) = parts.extensions.get::<Held>() {
            held.keep(charge);
        }
        Ok(Self(read(&object, limits.max_list_items)?))
    }
}

/// Bytes of memory for each value of a JSON body, beside those of its text.
const VALUE: usize = 64;

/// What a part of a JSON body takes when it is read: a number may be one byte of it, and is a value all the same.
fn weight(bytes: &[u8]) -> usize {
    let begins_another = |byte: &&u8| matches!(byte, b',' | b':' | b'[' | b'{');
    bytes.iter().filter(begins_another).count() * VALUE
}

fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| ApiError::bad_request(error.to_string()))?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(ApiError::bad_request("The body must be a JSON object")),
    }
}

/// Whether a body is said to be JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE);
    let kind = named
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

/// A checked query.
pub struct Queried<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequestParts<S> for Queried<T>
where
    Limits: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| ApiError::bad_request("The query cannot be read"))?;
        let object = from_pairs(pairs);
        Ok(Self(read(&object, Limits::from_ref(state).max_list_items)?))
    }
}

/// What a query says. The last value of a name counts; where there are several, they are also kept as a
/// [list](repeated).
fn from_pairs(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in pairs {
        let Some(before) = object.insert(name.clone(), Value::String(value.clone())) else {
            continue;
        };
        let list = object.entry(repeated(&name));
        if let Value::Array(list) = list.or_insert_with(|| Value::Array(vec![before])) {
            list.push(Value::String(value));
        }
    }
    object
}

/// What all values of a name that a query has more than once are kept under. No name is written so.
fn repeated(name: &str) -> String {
    format!("{name}[]")
}

/// The id in a path.
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let text = path_value(parts, state, "id").await;
        text.and_then(|text| parse_uuid(&text))
            .map(Self)
            .ok_or_else(|| ApiError::invalid(vec!["id must be a UUID".into()]))
    }
}

/// The text of a path's parameter.
pub async fn path_value<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Option<String> {
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
    path.ok()?.0.remove(name)
}
