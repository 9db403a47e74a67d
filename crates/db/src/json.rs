use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{ColumnType, DatabaseError, FromRow, Result, Row, Value};

/// What is kept as JSON in a column of text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRow for Json<T> {
    fn read_optional(row: &mut Row<'_>) -> Result<Option<Self>> {
        let parse = |text: String| serde_json::from_str(&text).map(Self);
        let parsed = String::read_optional(row)?.map(parse).transpose();
        parsed.map_err(|error| DatabaseError::Other(error.to_string()))
    }

    fn add_columns(columns: &mut Vec<ColumnType>) {
        String::add_columns(columns);
    }
}

impl Value {
    /// What is kept as JSON in a column of text.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        serde_json::to_string(value)
            .map(Self::Text)
            .map_err(|error| DatabaseError::Other(error.to_string()))
    }
}
