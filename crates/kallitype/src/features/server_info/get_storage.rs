//! `GET /server/storage`: the room on the disk with the media.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::features::server_info::dto::ServerStorageResponseDto;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/server/storage",
    tag = "Server",
    operation_id = "getStorage",
    responses((status = 200, body = ServerStorageResponseDto, description = "")),
)]
pub(crate) async fn get_storage(State(app): State<App>) -> Result<Json<ServerStorageResponseDto>> {
    let storage = app.storage.clone();
    let space = app.file_readers.run(move || storage.space()).await?;
    let used = space.size.saturating_sub(space.available);
    // Disks are far smaller than what a float counts exactly.
    let percentage = if space.size == 0 {
        0.0
    } else {
        used as f64 / space.size as f64 * 100.0
    };
    Ok(Json(ServerStorageResponseDto {
        disk_available: readable(space.available),
        disk_available_raw: space.available,
        disk_size: readable(space.size),
        disk_size_raw: space.size,
        disk_usage_percentage: (percentage * 100.0).round() / 100.0,
        disk_use: readable(used),
        disk_use_raw: used,
    }))
}

/// `1.5 GiB`.
fn readable(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut amount = bytes as f64;
    let mut unit = 0;
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0);
    format!("{amount:.digits$} {}", UNITS[unit])
}
