//! Values with a fixed set of names, the same on the wire, in the database and in the document.

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

        impl $crate::http::fields::Choice for $type {
            const CHOICES: &'static [(&'static str, Self)] = &[$(($name, Self::$variant),)*];
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                <Self as $crate::http::fields::Choice>::from_name(&name).ok_or_else(|| {
                    serde::de::Error::custom(format!("{name} is none of {}", $schema))
                })
            }
        }

        impl From<$type> for $crate::db::Value {
            fn from(value: $type) -> Self {
                value.name().into()
            }
        }

        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($name),*]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $schema.into()
            }
        }
    };
}
