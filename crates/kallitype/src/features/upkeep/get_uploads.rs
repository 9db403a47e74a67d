//! `GET /kallitype/uploads`: how much came into the library, month by month. Kallitype's own.

use axum::Json;
use axum::extract::State;

use super::dto::{MonthDto, UploadsDto};
use super::queries;
use super::queries::Day;
use crate::app::state::App;
use kallitype_web::error::Result;
use kallitype_web::time::{DAY, format_iso};

pub(crate) async fn get_uploads(State(app): State<App>) -> Result<Json<UploadsDto>> {
    let days = app.db.scan(queries::list_days).await?;
    let mut months: Vec<MonthDto> = Vec::new();
    for day in days {
        let name = month_of(&day);
        if months.last().is_none_or(|month| month.month != name) {
            months.push(MonthDto {
                month: name,
                ..MonthDto::default()
            });
        }
        if let Some(month) = months.last_mut() {
            month.photos += day.photos;
            month.videos += day.videos;
            month.bytes += day.bytes;
        }
    }
    Ok(Json(UploadsDto { months }))
}

/// As in `2024-05`.
fn month_of(day: &Day) -> String {
    let moment = format_iso(day.day * DAY);
    moment.rsplitn(2, '-').last().unwrap_or_default().to_owned()
}
