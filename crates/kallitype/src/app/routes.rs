//! The table of all routes: who may call each is said where it is added, and enforced here.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use utoipa::ToSchema;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::guard::{Authenticator, Door, Nothing, ReadAlong, guard};
use crate::access::Permission;
use crate::app::state::App;

/// Who may call a route. There is no default: a route cannot be added without saying it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// No credential is looked at.
    Anyone,
    /// A signed-in user; an API key needs the permission.
    User(Permission),
    /// A signed-in user, whatever an API key may do.
    AnyUser,
    /// A signed-in administrator; an API key needs the permission.
    Admin(Permission),
    /// A signed-in user as above, or a shared link.
    UserOrLink(Permission),
    /// Whoever presents a shared link, its password given or not, or a signed-in user.
    AnyLink,
}

/// A line of the route table.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: &'static str,
    pub path: String,
    pub operation: String,
    pub who: Who,
}

/// The routes gathered so far.
pub(crate) struct Routes {
    router: OpenApiRouter<App>,
    table: Vec<Route>,
    authenticator: Option<Arc<dyn Authenticator>>,
}

impl Routes {
    /// Begins a table. Without an authenticator, it is only good for describing the API.
    #[must_use]
    pub(crate) fn new(authenticator: Option<Arc<dyn Authenticator>>) -> Self {
        Self {
            router: OpenApiRouter::default(),
            table: Vec::new(),
            authenticator,
        }
    }

    /// Adds the operations of one path that the same callers may call.
    #[must_use]
    pub(crate) fn add(self, who: Who, operations: UtoipaMethodRouter<App>) -> Self {
        self.add_reading::<Nothing>(who, operations)
    }

    /// As [`add`](Self::add), for operations that read `T` along with the caller's credential.
    #[must_use]
    pub(crate) fn add_reading<T: ReadAlong>(
        mut self,
        who: Who,
        operations: UtoipaMethodRouter<App>,
    ) -> Self {
        let (schemas, paths, methods) = self.describe(who, operations);
        let guarded = (schemas, paths, self.guarded::<T>(who, methods));
        self.router = self.router.routes(guarded);
        self
    }

    /// Enters operations into the table and into the document.
    fn describe(
        &mut self,
        who: Who,
        (schemas, mut paths, methods): UtoipaMethodRouter<App>,
    ) -> UtoipaMethodRouter<App> {
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations(item) {
                self.table.push(Route {
                    method,
                    path: path.clone(),
                    operation: operation.operation_id.clone().unwrap_or_default(),
                    who,
                });
                describe(operation, who);
            }
        }
        (schemas, paths, methods)
    }

    /// Describes a type that only parameters mention.
    #[must_use]
    pub(crate) fn schema<T: ToSchema>(mut self) -> Self {
        let components = self
            .router
            .get_openapi_mut()
            .components
            .get_or_insert_default();
        components
            .schemas
            .insert(T::name().into_owned(), T::schema());
        self
    }

    /// Adds a page that anyone may open and that is not part of the API.
    #[must_use]
    pub(crate) fn page(self, method: &'static str, path: &str, methods: MethodRouter<App>) -> Self {
        self.alias(Who::Anyone, method, path, methods)
    }

    /// Adds another path to an operation, for clients older than the API that is described.
    #[must_use]
    pub(crate) fn alias(
        self,
        who: Who,
        method: &'static str,
        path: &str,
        methods: MethodRouter<App>,
    ) -> Self {
        self.alias_reading::<Nothing>(who, method, path, methods)
    }

    /// As [`alias`](Self::alias), for an operation that reads `T` along.
    #[must_use]
    pub(crate) fn alias_reading<T: ReadAlong>(
        mut self,
        who: Who,
        method: &'static str,
        path: &str,
        methods: MethodRouter<App>,
    ) -> Self {
        let guarded = self.guarded::<T>(who, methods);
        self.table.push(Route {
            method,
            path: path.to_owned(),
            operation: String::new(),
            who,
        });
        self.router = self.router.route(path, guarded);
        self
    }

    fn guarded<T: ReadAlong>(&self, who: Who, methods: MethodRouter<App>) -> MethodRouter<App> {
        match self.door(who) {
            None => methods,
            Some(door) => methods.route_layer(from_fn_with_state(door, guard::<T>)),
        }
    }

    fn door(&self, who: Who) -> Option<Door> {
        let authenticator = self.authenticator.clone()?;
        (who != Who::Anyone).then_some(Door { authenticator, who })
    }

    /// Adds a whole feature.
    #[must_use]
    pub(crate) fn feature(self, feature: fn(Self) -> Self) -> Self {
        feature(self)
    }

    /// The router, the document that describes it, and the table.
    pub(crate) fn finish(self) -> (axum::Router<App>, utoipa::openapi::OpenApi, Vec<Route>) {
        let (router, document) = self.router.split_for_parts();
        (router, document, self.table)
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("PATCH", patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// Says in the document who may call an operation.
fn describe(operation: &mut Operation, who: Who) {
    if who == Who::Anyone {
        return;
    }
    let scheme = |name: &str| SecurityRequirement::new::<_, [&str; 0], &str>(name, []);
    operation.security = Some(vec![scheme("bearer"), scheme("cookie"), scheme("api_key")]);
    let (permission, is_admin) = match who {
        Who::User(permission) | Who::UserOrLink(permission) => (permission, false),
        Who::Admin(permission) => (permission, true),
        Who::Anyone | Who::AnyUser | Who::AnyLink => (Permission::All, false),
    };
    let mut extensions = Extensions::builder();
    if is_admin {
        extensions = extensions.add("x-immich-admin-only", true);
    }
    if permission != Permission::All {
        extensions = extensions.add("x-immich-permission", permission.name());
        let needs = match is_admin {
            true => format!(
                "This endpoint is an admin-only route, and requires the `{}` permission.",
                permission.name()
            ),
            false => format!(
                "This endpoint requires the `{}` permission.",
                permission.name()
            ),
        };
        let said = operation
            .description
            .take()
            .map_or(needs.clone(), |said| format!("{said} {needs}"));
        operation.description = Some(said);
    }
    operation
        .extensions
        .get_or_insert_default()
        .merge(extensions.build());
}
