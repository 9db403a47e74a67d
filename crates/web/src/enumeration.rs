//! Values with a fixed set of names, the same on the wire, in the database and in the document.

use crate::fields::Enumeration;
use kallitype_db::DatabaseError;
#[doc(hidden)]
pub use kallitype_db::{ColumnType, FromRow, Result as DatabaseResult, Row, Value};
#[doc(hidden)]
pub use serde;
#[doc(hidden)]
pub use utoipa;

/// Reads a name from a row.
///
/// # Errors
/// When the database fails, or holds a name that this version does not know.
#[doc(hidden)]
pub fn read_name<T: Enumeration>(row: &mut Row<'_>) -> DatabaseResult<Option<T>> {
    let known = |name: String| {
        let unknown =
            || DatabaseError::Other(format!("the database holds an unknown name: {name}"));
        T::from_name(&name).ok_or_else(unknown)
    };
    String::read_optional(row)?.map(known).transpose()
}

/// Declares an enum whose variants have names on the wire, and everything that follows from the names.
#[macro_export]
macro_rules! wire_enum {
    ($(#[$meta:meta])* pub enum $type:ident as $schema:literal { $($variant:ident = $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type {
            $($variant,)*
        }

        impl $type {
            /// The name on the wire and in the database.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl $crate::fields::Enumeration for $type {
            const CHOICES: &'static [(&'static str, Self)] = &[$(($name, Self::$variant),)*];
        }

        impl $crate::enumeration::serde::Serialize for $type {
            fn serialize<S: $crate::enumeration::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> $crate::enumeration::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::enumeration::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                <Self as $crate::fields::Enumeration>::from_name(&name).ok_or_else(|| {
                    $crate::enumeration::serde::de::Error::custom(format!("{name} is none of {}", $schema))
                })
            }
        }

        impl From<$type> for $crate::enumeration::Value {
            fn from(value: $type) -> Self {
                value.name().into()
            }
        }

        impl $crate::enumeration::FromRow for $type {
            fn read_optional(row: &mut $crate::enumeration::Row<'_>) -> $crate::enumeration::DatabaseResult<Option<Self>> {
                $crate::enumeration::read_name(row)
            }

            fn add_columns(columns: &mut Vec<$crate::enumeration::ColumnType>) {
                columns.push($crate::enumeration::ColumnType::Text);
            }
        }

        impl $crate::enumeration::utoipa::PartialSchema for $type {
            fn schema() -> $crate::enumeration::utoipa::openapi::RefOr<$crate::enumeration::utoipa::openapi::schema::Schema> {
                $crate::enumeration::utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type($crate::enumeration::utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($name),*]))
                    .into()
            }
        }

        impl $crate::enumeration::utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $schema.into()
            }
        }
    };
}
