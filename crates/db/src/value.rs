use std::rc::Rc;

use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use uuid::Uuid;

/// A parameter of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    IntegerList(Vec<i64>),
    TextList(Vec<String>),
    BytesList(Vec<Vec<u8>>),
    UuidList(Vec<Uuid>),
}

macro_rules! value_from {
    ($($type:ty => $variant:ident),* $(,)?) => {
        $(impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

value_from! {
    bool => Boolean,
    i64 => Integer,
    f64 => Real,
    Vec<u8> => Bytes,
    &[u8] => Bytes,
    Uuid => Uuid,
    Vec<i64> => IntegerList,
    Vec<Vec<u8>> => BytesList,
    Vec<Uuid> => UuidList,
    &[Uuid] => UuidList,
}

/// PostgreSQL keeps no text with NUL in it, so nowhere is any kept.
fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(without_nul(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(without_nul(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.contains('\0') {
            Self::Text(without_nul(&text))
        } else {
            Self::Text(text)
        }
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::TextList(texts.iter().map(|text| without_nul(text)).collect())
    }
}

impl From<&Uuid> for Value {
    fn from(value: &Uuid) -> Self {
        Self::Uuid(*value)
    }
}

impl From<[u8; 32]> for Value {
    fn from(value: [u8; 32]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<[u8; 20]> for Value {
    fn from(value: [u8; 20]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a, T> From<&'a Option<T>> for Value
where
    &'a T: Into<Value>,
{
    fn from(value: &'a Option<T>) -> Self {
        value.as_ref().map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let borrowed = match self {
            Self::Null => ValueRef::Null,
            Self::Boolean(value) => ValueRef::Integer(i64::from(*value)),
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Blob(value.as_bytes()),
            Self::IntegerList(list) => {
                return Ok(array(list, |number| SqliteValue::Integer(*number)));
            }
            Self::TextList(list) => return Ok(array(list, |text| SqliteValue::Text(text.clone()))),
            Self::BytesList(list) => {
                return Ok(array(list, |bytes| SqliteValue::Blob(bytes.clone())));
            }
            Self::UuidList(list) => {
                return Ok(array(list, |id| SqliteValue::Blob(id.as_bytes().to_vec())));
            }
        };
        Ok(ToSqlOutput::Borrowed(borrowed))
    }
}

fn array<T>(list: &[T], convert: impl Fn(&T) -> SqliteValue) -> ToSqlOutput<'_> {
    let values: Vec<SqliteValue> = list.iter().map(convert).collect();
    ToSqlOutput::from_rc(Rc::new(values), c"rarray")
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Boolean(value) => value.to_sql_checked(kind, out),
            Self::Integer(value) => value.to_sql_checked(kind, out),
            Self::Real(value) => value.to_sql_checked(kind, out),
            Self::Text(value) => value.to_sql_checked(kind, out),
            Self::Bytes(value) => value.to_sql_checked(kind, out),
            Self::Uuid(value) => value.to_sql_checked(kind, out),
            Self::IntegerList(value) => value.to_sql_checked(kind, out),
            Self::TextList(value) => value.to_sql_checked(kind, out),
            Self::BytesList(value) => value.to_sql_checked(kind, out),
            Self::UuidList(value) => value.to_sql_checked(kind, out),
        }
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
