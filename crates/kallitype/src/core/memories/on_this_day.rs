//! What was photographed on the same day of earlier years. Days are counted from the first of 1970 on.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use uuid::Uuid;

use crate::core::memories::memory::{MemoryType, NewMemory};
use crate::core::memories::queries;
use kallitype_db::{Connection, Result, new_id};
use kallitype_web::time::DAY;

/// Pictures that a memory is made of at most.
const PICTURES: i64 = 20;

/// Microseconds by which the last moment of a day is before the next: the wire knows milliseconds.
const LAST_MOMENT: i64 = 1000;

/// Makes a user's memories that are shown on a day, one of each earlier year with pictures of it.
///
/// # Errors
/// When the database fails.
pub(crate) fn create(
    connection: &mut Connection<'_>,
    owner: Uuid,
    day: i64,
    now: i64,
) -> Result<()> {
    for month in queries::list_months(connection, owner)? {
        if let Some(past) = same_day(month, day) {
            create_one(connection, owner, (month, past), day, now)?;
        }
    }
    queries::set_progress(connection, owner, day)
}

fn create_one(
    connection: &mut Connection<'_>,
    owner: Uuid,
    (month, past): (i64, i64),
    day: i64,
    now: i64,
) -> Result<()> {
    let (memory_at, show_at) = (past * DAY, day * DAY);
    let Some(date) = date_of(past) else {
        return Ok(());
    };
    // After the loss of a database, those that were saved are there again.
    if queries::has_shown_from(connection, owner, memory_at, show_at)? {
        return Ok(());
    }
    let pictures = queries::list_of_day(connection, owner, month, past, PICTURES)?;
    if pictures.is_empty() {
        return Ok(());
    }
    let memory = NewMemory {
        id: new_id(),
        owner_id: owner,
        kind: MemoryType::OnThisDay,
        year: date.year().into(),
        is_saved: false,
        is_kept: false,
        memory_at,
        seen_at: None,
        show_at: Some(show_at),
        hide_at: Some(show_at + DAY - LAST_MOMENT),
        created_at: now,
    };
    queries::insert(connection, &memory)?;
    queries::add_assets(connection, memory.id, pictures)
}

/// The day of a month of an earlier year that has the date of `day`: the same month, and the same day in it. The 29th of
/// February is in some years only.
fn same_day(month: i64, day: i64) -> Option<i64> {
    let (first, wanted) = (date_of(month)?, date_of(day)?);
    if first.month() != wanted.month() || first.year() >= wanted.year() || first.year() < 1 {
        return None;
    }
    Date::new(first.year(), first.month(), wanted.day()).ok()?;
    Some(month + i64::from(wanted.day()) - 1)
}

fn date_of(day: i64) -> Option<Date> {
    let moment = Timestamp::from_microsecond(day.checked_mul(DAY)?).ok()?;
    Some(Offset::UTC.to_datetime(moment).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kallitype_web::time::parse_date;

    fn day(text: &str) -> i64 {
        parse_date(text).unwrap().div_euclid(DAY)
    }

    #[test]
    fn days_have_the_same_date_in_other_years() {
        for (month, today, past) in [
            ("2020-11-01", "2026-11-30", Some("2020-11-30")),
            ("1955-11-01", "2026-11-30", Some("1955-11-30")),
            ("2020-10-01", "2026-11-30", None),
            ("2026-11-01", "2026-11-30", None),
            ("2027-11-01", "2026-11-30", None),
            ("2020-02-01", "2024-02-29", Some("2020-02-29")),
            ("2023-02-01", "2024-02-29", None),
            ("2020-02-01", "2023-02-28", Some("2020-02-28")),
        ] {
            assert_eq!(
                same_day(day(month), day(today)),
                past.map(day),
                "{month} {today}"
            );
        }
    }
}
