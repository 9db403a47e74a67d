//! What a query answers with: values, [rows](crate::row!), and tuples of them, read from left to right.

use uuid::Uuid;

use crate::{DatabaseError, Result};

/// One row of an answer. Whatever reads it takes the columns in their order, each once.
pub struct Row<'a> {
    engine: RowEngine<'a>,
    next: usize,
}

enum RowEngine<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self {
            engine: RowEngine::Sqlite(row),
            next: 0,
        }
    }

    pub(crate) fn postgres(row: &'a postgres::Row) -> Self {
        Self {
            engine: RowEngine::Postgres(row),
            next: 0,
        }
    }

    fn take<T>(&mut self) -> Result<T>
    where
        T: rusqlite::types::FromSql + for<'b> postgres::types::FromSql<'b>,
    {
        let column = self.next;
        self.next += 1;
        match self.engine {
            RowEngine::Sqlite(row) => Ok(row.get(column)?),
            RowEngine::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

/// What columns hold, as far as both engines tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Boolean,
    Integer,
    Real,
    Text,
    Bytes,
    Uuid,
}

/// What can be read from a row, from one column or from several.
pub trait FromRow: Sized {
    /// Reads it; it is `None` when a column is null that has to be there.
    ///
    /// # Errors
    /// When a column is missing or holds something else.
    fn read_optional(row: &mut Row<'_>) -> Result<Option<Self>>;

    /// Adds the types of the columns that are read.
    fn add_columns(columns: &mut Vec<ColumnType>);

    /// Reads what has to be there.
    ///
    /// # Errors
    /// As [`read_optional`](Self::read_optional), and when a column is null.
    fn read(row: &mut Row<'_>) -> Result<Self> {
        let missing =
            |column| DatabaseError::Other(format!("column {column} of an answer is null"));
        Self::read_optional(row)?.ok_or_else(|| missing(row.next))
    }
}

macro_rules! column {
    ($($type:ty => $column:ident),* $(,)?) => {
        $(impl FromRow for $type {
            fn read_optional(row: &mut Row<'_>) -> Result<Option<Self>> {
                row.take()
            }

            fn add_columns(columns: &mut Vec<ColumnType>) {
                columns.push(ColumnType::$column);
            }
        })*
    };
}

column! {
    bool => Boolean,
    i64 => Integer,
    f64 => Real,
    String => Text,
    Vec<u8> => Bytes,
    Uuid => Uuid,
}

impl<T: FromRow> FromRow for Option<T> {
    fn read_optional(row: &mut Row<'_>) -> Result<Option<Self>> {
        T::read_optional(row).map(Some)
    }

    fn add_columns(columns: &mut Vec<ColumnType>) {
        T::add_columns(columns);
    }
}

macro_rules! tuple {
    ($($part:ident),*) => {
        impl<$($part: FromRow),*> FromRow for ($($part,)*) {
            fn read_optional(row: &mut Row<'_>) -> Result<Option<Self>> {
                Self::read(row).map(Some)
            }

            fn read(row: &mut Row<'_>) -> Result<Self> {
                Ok(($($part::read(row)?,)*))
            }

            fn add_columns(columns: &mut Vec<ColumnType>) {
                $($part::add_columns(columns);)*
            }
        }
    };
}

tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);

/// Declares a struct with the columns that it is read from, its fields in their order:
///
/// ```
/// kallitype_db::row! {
///     /// Where an asset's original is.
///     #[derive(Debug)]
///     pub struct Original {
///         pub id: uuid::Uuid,
///         pub path: String = "asset.original_path",
///         pub sidecar: Option<String> = "asset.sidecar_path",
///     }
/// }
/// assert_eq!(Original::COLUMNS, "id, asset.original_path, asset.sidecar_path");
/// ```
///
/// A field whose column has another name, or is an expression, says so. A field may also be another row, with the
/// columns of that.
#[macro_export]
macro_rules! row {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $type:ty $(= $column:expr)?),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $type,)+
        }

        impl $name {
            /// What a query has to select for it.
            $visibility const COLUMNS: &'static str =
                $crate::without_comma($crate::constcat::concat!($(", ", $crate::column_of!($field $($column)?)),+));
        }

        impl $crate::FromRow for $name {
            fn read_optional(row: &mut $crate::Row<'_>) -> $crate::Result<Option<Self>> {
                let ($(Some($field),)+) = ($(<$type as $crate::FromRow>::read_optional(row)?,)+) else {
                    return Ok(None);
                };
                Ok(Some(Self { $($field),+ }))
            }

            fn read(row: &mut $crate::Row<'_>) -> $crate::Result<Self> {
                Ok(Self { $($field: <$type as $crate::FromRow>::read(row)?),+ })
            }

            fn add_columns(columns: &mut Vec<$crate::ColumnType>) {
                $(<$type as $crate::FromRow>::add_columns(columns);)+
            }
        }
    };
}

/// The column of a field: the one that it names, or its own name.
#[doc(hidden)]
#[macro_export]
macro_rules! column_of {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $column:expr) => {
        $column
    };
}

/// A list of columns that each have a comma before them, without the first comma.
#[doc(hidden)]
#[must_use]
pub const fn without_comma(columns: &'static str) -> &'static str {
    columns.split_at(2).1
}
