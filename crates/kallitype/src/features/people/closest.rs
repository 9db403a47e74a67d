//! People by how much they are like a face.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::access::presentable;
use crate::app::state::App;
use crate::core::people::person::PersonRow;
use crate::features::people::queries;
use crate::features::people::queries::ListedPerson;
use crate::learning::array::Wanted;
use crate::learning::queries::parse;
use crate::learning::vector::Vector;
use crate::learning::vectors::VectorKind;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::Result;

/// A face that others are compared with.
pub(crate) struct Closest {
    model: String,
    vector: Arc<Vector>,
}

impl Closest {
    /// One of the user's faces, if it is known what it looks like.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn to(app: &App, user: Uuid, face: Uuid) -> Result<Option<Self>> {
        let config = app.config();
        let options = &config.machine_learning;
        if !options.has_facial_recognition() {
            return Ok(None);
        }
        let model = options.facial_recognition.model_name.clone();
        let of = model.clone();
        let find = move |connection: &mut Connection<'_>| find_vector(connection, user, face, &of);
        let found = app.db.read(find).await?;
        Ok(found.map(|vector| Self {
            model,
            vector: Arc::new(vector),
        }))
    }

    /// A page of a user's people: the hidden ones last and favourites first, as ever, then by how much the face that stands for
    /// them is like this one.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn list(
        &self,
        app: &App,
        user: Uuid,
        with_hidden: bool,
        (skipped, limit): (i64, i64),
    ) -> Result<Vec<PersonRow>> {
        let list = move |connection: &mut Connection<'_>| {
            queries::list_listed(connection, user, with_hidden)
        };
        let mut people = app.db.scan(list).await?;
        let distances = self.distances(app, user, &people).await?;
        let distance = |person: &ListedPerson| {
            let known = person.face_id.and_then(|face| distances.get(&face));
            known.copied().unwrap_or(f32::INFINITY)
        };
        people.sort_by(|one, other| {
            let by_place =
                (one.is_hidden, !one.is_favorite).cmp(&(other.is_hidden, !other.is_favorite));
            by_place.then(distance(one).total_cmp(&distance(other)))
        });
        let to = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let page = people.into_iter().skip(to(skipped)).take(to(limit));
        let ids: Vec<Uuid> = page.map(|person| person.id).collect();
        let asked = ids.clone();
        let read =
            move |connection: &mut Connection<'_>| queries::list_by_id(connection, user, &asked);
        let found = app.db.read(read).await?.into_iter();
        let mut rows: HashMap<Uuid, PersonRow> = found.map(|row| (row.id, row)).collect();
        Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
    }

    /// How far the faces that stand for people are from this one.
    async fn distances(
        &self,
        app: &App,
        user: Uuid,
        people: &[ListedPerson],
    ) -> Result<HashMap<Uuid, f32>> {
        let faces: HashSet<Uuid> = people.iter().filter_map(|person| person.face_id).collect();
        let wanted = Wanted {
            limit: faces.len(),
            after: None,
            max_distance: f32::INFINITY,
            among: Some(Arc::new(faces)),
        };
        let (kind, owners) = ((VectorKind::Face, self.model.as_str()), [user]);
        let vectors = &app.learning.vectors;
        let found = vectors.nearest(&app.db, kind, &owners, &self.vector, &wanted);
        Ok(found
            .await?
            .into_iter()
            .map(|near| (near.id, near.distance))
            .collect())
    }
}

/// What a model says of one of a user's faces, if it may be shown.
fn find_vector(
    connection: &mut Connection<'_>,
    user: Uuid,
    face: Uuid,
    model: &str,
) -> kallitype_db::Result<Option<Vector>> {
    let found: Option<Vec<u8>> = Sql::new(
        "SELECT face_vector.vector FROM face_vector JOIN asset_face ON asset_face.id = face_vector.face_id \
         JOIN asset ON asset.id = asset_face.asset_id WHERE face_vector.face_id = ",
    )
    .bind(face)
    .push(" AND face_vector.model = ")
    .bind(model)
    .push(" AND asset.owner_id = ")
    .bind(user)
    .push(" AND asset_face.deleted_at IS NULL AND ")
    .append(presentable("asset"))
    .query_optional(connection)?;
    found.map(|bytes| parse(&bytes)).transpose()
}
