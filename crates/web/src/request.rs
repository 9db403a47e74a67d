//! Declarations of what requests say. Each property stands once: the struct, what reads it, and its description in the
//! document come from the same line.
//!
//! A property is `name: Type = reader(arguments)`, where the reader is a method of [`Fields`](crate::fields::Fields). On the
//! wire it has its name in camel case, or the one that follows `as`.

#[doc(hidden)]
pub use pastey;

/// Declares a body or a form.
#[macro_export]
macro_rules! request {
    ($(#[$meta:meta])* $visibility:vis struct $type:ident {
        $($(#[$attribute:meta])* $field:ident $(as $wire:literal)?: $property:ty = $reader:ident($($argument:expr),*),)*
    }) => {
        $(#[$meta])*
        #[schema(rename_all = "camelCase")]
        $visibility struct $type {
            $($(#[$attribute])* $(#[schema(rename = $wire)])? pub $field: $property,)*
        }

        $crate::read_fields! { $type { $($field $(as $wire)? = $reader($($argument),*),)* } }
    };
}

/// Declares a query.
#[macro_export]
macro_rules! query {
    ($(#[$meta:meta])* $visibility:vis struct $type:ident {
        $($(#[$attribute:meta])* $field:ident $(as $wire:literal)?: $property:ty = $reader:ident($($argument:expr),*),)*
    }) => {
        $(#[$meta])*
        #[into_params(parameter_in = Query, rename_all = "camelCase")]
        $visibility struct $type {
            $($(#[$attribute])* $(#[param(rename = $wire)])? pub $field: $property,)*
        }

        $crate::read_fields! { $type { $($field $(as $wire)? = $reader($($argument),*),)* } }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! read_fields {
    ($type:ident { $($field:ident $(as $wire:literal)? = $reader:ident($($argument:expr),*),)* }) => {
        impl $crate::fields::FromFields for $type {
            fn read(fields: &$crate::fields::Fields<'_>) -> Self {
                Self { $($field: fields.$reader($crate::wire_name!($field $(as $wire)?) $(, $argument)*),)* }
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! wire_name {
    ($field:ident as $wire:literal) => {
        $wire
    };
    ($field:ident) => {
        $crate::request::pastey::paste!(stringify!([<$field:lower_camel>]))
    };
}
