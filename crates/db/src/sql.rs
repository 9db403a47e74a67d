use crate::{Connection, FromRow, Result, Value};

/// A statement, or a part of one, that depends on the request. It numbers its parameters itself, and its text can only be
/// made of what stands in the program.
///
/// ```
/// use kallitype_db::Sql;
///
/// let in_use = Sql::new("status = ").bind("active");
/// let sql = Sql::new("SELECT id FROM account WHERE email = ").bind("me@example.org");
/// let sql = sql.push(" AND ").append(in_use);
/// assert_eq!(sql.text(), "SELECT id FROM account WHERE email = $1 AND status = $2");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct Sql {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(&'static str),
    Parameter(Value),
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        let pieces = Vec::with_capacity(PIECES);
        Self { pieces }.push(text)
    }

    /// The beginning of a query for the columns of a [row](crate::row!).
    pub fn select(columns: &'static str) -> Self {
        Self::new("SELECT ").push(columns)
    }

    pub fn push(mut self, text: &'static str) -> Self {
        self.pieces.push(Piece::Text(text));
        self
    }

    /// Adds a parameter.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.pieces.push(Piece::Parameter(value.into()));
        self
    }

    /// Adds a text and a parameter behind it, if there is a value for it.
    pub fn push_some(self, text: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.push(text).bind(value),
            None => self,
        }
    }

    /// Adds a part with its parameters.
    pub fn append(mut self, part: Self) -> Self {
        self.pieces.extend(part.pieces);
        self
    }

    /// Adds parts with something between them.
    pub fn join(self, parts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let mut is_first = true;
        parts.into_iter().fold(self, |sql, part| {
            let sql = if std::mem::take(&mut is_first) {
                sql
            } else {
                sql.push(between)
            };
            sql.append(part)
        })
    }

    /// The text with its parameters numbered.
    #[must_use]
    pub fn text(&self) -> String {
        self.clone().into_parts(false).0
    }

    /// The text and the parameters. SQLite counts parameters itself, and is quicker if it need not look at numbers.
    fn into_parts(self, is_sqlite: bool) -> (String, Vec<Value>) {
        let mut text = String::with_capacity(TEXT);
        let mut parameters = Vec::with_capacity(self.pieces.len() / 2 + 1);
        for piece in self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Parameter(value) => {
                    parameters.push(value);
                    match is_sqlite {
                        true => text.push('?'),
                        false => text.push_str(&format!("${}", parameters.len())),
                    }
                }
            }
        }
        (text, parameters)
    }

    /// As [`Connection::execute`].
    ///
    /// # Errors
    /// When the database refuses it.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn execute(self, connection: &mut Connection<'_>) -> Result<u64> {
        let (text, parameters) = self.into_parts(connection.is_embedded());
        connection.execute_text(&text, &parameters)
    }

    /// As [`Connection::query`].
    ///
    /// # Errors
    /// When the database refuses it, or a row is another one.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query<T: FromRow>(self, connection: &mut Connection<'_>) -> Result<Vec<T>> {
        let (text, parameters) = self.into_parts(connection.is_embedded());
        connection.query_text(&text, &parameters)
    }

    /// As [`Connection::query_each`].
    ///
    /// # Errors
    /// As [`query`](Self::query), and when `take` refuses a row.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query_each<T: FromRow>(
        self,
        connection: &mut Connection<'_>,
        take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let (text, parameters) = self.into_parts(connection.is_embedded());
        connection.query_each_text(&text, &parameters, take)
    }

    /// As [`Connection::query_optional`].
    ///
    /// # Errors
    /// As [`query`](Self::query).
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query_optional<T: FromRow>(self, connection: &mut Connection<'_>) -> Result<Option<T>> {
        Ok(self.query(connection)?.into_iter().next())
    }

    /// As [`Connection::query_one`].
    ///
    /// # Errors
    /// As [`query`](Self::query), and when there is no row.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query_one<T: FromRow>(self, connection: &mut Connection<'_>) -> Result<T> {
        crate::connection::required(self.query_optional(connection)?)
    }
}

/// As many pieces as most statements have at most, and as many bytes.
const PIECES: usize = 8;
const TEXT: usize = 1024;
