//! `GET /shared-links/me` and `POST /shared-links/login`: the link that the request came by, once its password
//! was given.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri, header};

use utoipa::IntoParams;

use crate::access::Caller;
use crate::app::password::Verdict;
use crate::app::state::App;
use crate::core::guesses;
use crate::core::guesses::Counted;
use crate::core::links as queries;
use crate::core::links::LinkRow;
use crate::features::shared_links::authentication::{is_open, remember, token};
use crate::features::shared_links::dto::{SharedLinkLoginDto, SharedLinkResponseDto};
use crate::features::shared_links::response::LinkDetails;
use kallitype_web::client::Client;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Queried};
use kallitype_web::query;
use kallitype_web::version::Wire;
use kallitype_web::{cookies, stream};

query! {
    /// The query.
    #[derive(Clone, IntoParams)]
    pub(crate) struct MySharedLinkQuery {
        #[param(nullable = false, example = "password")]
        password: Option<String> = text_unless_empty(),
    }
}

#[utoipa::path(
    get,
    path = "/api/shared-links/me",
    tag = "Shared Links",
    operation_id = "getMySharedLink",
    params(
        ("key" = Option<String>, Query, nullable = false),
        MySharedLinkQuery,
        ("slug" = Option<String>, Query, nullable = false),
        ("token" = Option<String>, Query, nullable = false),
    ),
    responses((status = 200, body = SharedLinkResponseDto, description = "")),
)]
pub(crate) async fn get_my_shared_link(
    State(app): State<App>,
    caller: Caller,
    client: Client,
    wire: Wire,
    headers: HeaderMap,
    uri: Uri,
    Queried(query): Queried<MySharedLinkQuery>,
) -> Result<Response> {
    let link = own_link(&app, &caller).await?;
    let was_open = is_open(&link, &headers, uri.query().unwrap_or_default());
    match query.password {
        Some(password) if !was_open => {
            require_password(&app, client, &link, password).await?;
            let status = StatusCode::OK;
            opened(&app, &caller, client, wire, &headers, link, status).await
        }
        _ if was_open => {
            let json = show(&app, link).await?.stream(&app, &caller, wire)?;
            Ok(stream::answer(StatusCode::OK, json))
        }
        _ => Err(ApiError::unauthorized("Invalid password")),
    }
}

#[utoipa::path(
    post,
    path = "/api/shared-links/login",
    tag = "Shared Links",
    operation_id = "sharedLinkLogin",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = SharedLinkLoginDto,
    responses((status = 201, body = SharedLinkResponseDto, description = "")),
    extensions(("x-immich-lifecycle" = json!({"addedAt": "v3.0.0"}))),
)]
pub(crate) async fn shared_link_login(
    State(app): State<App>,
    caller: Caller,
    client: Client,
    wire: Wire,
    headers: HeaderMap,
    Body(dto): Body<SharedLinkLoginDto>,
) -> Result<Response> {
    let link = own_link(&app, &caller).await?;
    require_password(&app, client, &link, dto.password).await?;
    let status = StatusCode::CREATED;
    opened(&app, &caller, client, wire, &headers, link, status).await
}

/// The link that the request came by.
async fn own_link(app: &App, caller: &Caller) -> Result<LinkRow> {
    let id = caller
        .link()
        .ok_or_else(|| ApiError::forbidden("Forbidden"))?
        .id;
    let found = app
        .db
        .read(move |connection| queries::find(connection, id))
        .await?;
    found.ok_or_else(|| ApiError::unauthorized("Invalid share key"))
}

async fn show(app: &App, link: LinkRow) -> Result<LinkDetails> {
    app.db
        .scan(move |connection| LinkDetails::of(connection, link))
        .await
}

async fn require_password(app: &App, client: Client, link: &LinkRow, given: String) -> Result<()> {
    let Some(hash) = link.password_hash.clone() else {
        return Ok(());
    };
    let counted = [
        Counted::from(client.origin()),
        Counted::of(format!("link {}", link.id)),
    ];
    match guesses::verify(app, &counted, given, Some(hash)).await? {
        Verdict::Wrong => Err(ApiError::unauthorized("Invalid password")),
        Verdict::Right | Verdict::Outdated => Ok(()),
    }
}

/// The link's answer, with the cookie that keeps it open.
async fn opened(
    app: &App,
    caller: &Caller,
    client: Client,
    wire: Wire,
    headers: &HeaderMap,
    link: LinkRow,
    status: StatusCode,
) -> Result<Response> {
    let token = token(&link);
    let details = LinkDetails {
        token: token.clone(),
        ..show(app, link).await?
    };
    let mut response = stream::answer(status, details.stream(app, caller, wire)?);
    if let Some(token) = token {
        let cookie = cookies::set(
            cookies::SHARED_LINK,
            &remember(headers, &token),
            client.is_secure,
            false,
        )?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
