//! `POST /admin/notifications/templates/{name}`: how a letter would look in an administrator's words.

use axum::Json;
use axum::extract::{Path, State};
use uuid::Uuid;

use crate::app::state::App;
use crate::features::notifications::dto::{TemplateDto, TemplateResponseDto};
use crate::mail::{Letter, Reader, Template};
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Enumeration};

#[utoipa::path(
    post,
    path = "/api/admin/notifications/templates/{name}",
    tag = "Notifications (Admin)",
    operation_id = "getNotificationTemplateAdmin",
    params(("name" = String, Path)),
    request_body = TemplateDto,
    responses((status = 200, body = TemplateResponseDto, description = "")),
)]
pub(crate) async fn get_notification_template_admin(
    State(app): State<App>,
    Path(name): Path<String>,
    Body(dto): Body<TemplateDto>,
) -> Result<Json<TemplateResponseDto>> {
    let config = app.config();
    let site = config.site();
    let reader = Reader {
        name: "Ada Example".into(),
        email: "ada@example.org".into(),
    };
    // Of what is no template, nothing can be seen.
    let html = match Template::from_name(&name).map(sample) {
        None => String::new(),
        Some(letter) if dto.template.is_empty() => {
            let words = letter.template().words(&config.templates.email);
            letter.page(words, &reader, site)
        }
        Some(letter) => letter.page(&dto.template, &reader, site),
    };
    Ok(Json(TemplateResponseDto { html, name }))
}

/// A letter of a kind, about something that is made up.
fn sample(template: Template) -> Letter {
    let album_name = String::from("Summer by the sea");
    match template {
        Template::Welcome => Letter::Welcome {
            password: Some("a-first-password".into()),
        },
        Template::AlbumInvite => Letter::AlbumInvite {
            album_id: Uuid::nil(),
            album_name,
            sender_name: "Grace Example".into(),
        },
        Template::AlbumUpdate => Letter::AlbumUpdate {
            album_id: Uuid::nil(),
            album_name,
        },
        Template::Test => Letter::Test,
    }
}
