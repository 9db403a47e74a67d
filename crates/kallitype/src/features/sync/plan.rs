//! In which order a stream tells what, and from where on.

use std::collections::VecDeque;

use super::ack::Ack;
use super::checkpoints::Checkpoints;
use super::dto::SyncEntityType as Entity;
use super::dto::SyncRequestType as Request;
use super::sources::Read;
use super::stages::{Backfill, Reader, Rows, Stage, Whose};
use super::{gone, sources};
use kallitype_db::{Connection, Result};

/// What a type that is asked for consists of, in the order in which it is told.
struct Type {
    request: Request,
    whose: Whose,
    gone: Option<(Entity, Read)>,
    backfill: Option<(Entity, Read)>,
    /// What is told of rows of albums that changed by themselves.
    update: Option<(Entity, Read)>,
    rows: (Entity, Read),
    /// Whether rows of other types refer to these.
    is_referred_to: bool,
}

/// A type of the user's own rows, or of everyone's.
const fn own(request: Request, gone: Option<(Entity, Read)>, rows: (Entity, Read)) -> Type {
    Type {
        request,
        whose: Whose::Own,
        gone,
        backfill: None,
        update: None,
        rows,
        is_referred_to: false,
    }
}

/// A type of which rows may become visible later.
const fn shared(
    request: Request,
    whose: Whose,
    gone: Option<(Entity, Read)>,
    backfill: Entity,
    rows: (Entity, Read),
) -> Type {
    Type {
        request,
        whose,
        gone,
        backfill: Some((backfill, rows.1)),
        update: None,
        rows,
        is_referred_to: false,
    }
}

impl Type {
    const fn referred_to(self) -> Self {
        Self {
            is_referred_to: true,
            ..self
        }
    }

    const fn updated(self, update: (Entity, Read)) -> Self {
        Self {
            update: Some(update),
            ..self
        }
    }

    const fn of_albums(self) -> Self {
        Self {
            whose: Whose::Albums,
            ..self
        }
    }
}

/// All types, in the order of a stream: apps refuse what refers to something that they do not have yet.
const TYPES: &[Type] = &[
    own(
        Request::AuthUsersV1,
        None,
        (Entity::AuthUserV1, sources::auth_user),
    ),
    own(
        Request::UsersV1,
        Some((Entity::UserDeleteV1, gone::users)),
        (Entity::UserV1, sources::users),
    )
    .referred_to(),
    own(
        Request::PartnersV1,
        Some((Entity::PartnerDeleteV1, gone::partners)),
        (Entity::PartnerV1, sources::partners),
    ),
    own(
        Request::AssetsV1,
        Some((Entity::AssetDeleteV1, gone::own_assets)),
        (Entity::AssetV1, sources::own_assets),
    )
    .referred_to(),
    own(
        Request::StacksV1,
        Some((Entity::StackDeleteV1, gone::own_stacks)),
        (Entity::StackV1, sources::own_stacks),
    )
    .referred_to(),
    shared(
        Request::PartnerAssetsV1,
        Whose::Partners,
        Some((Entity::PartnerAssetDeleteV1, gone::partner_assets)),
        Entity::PartnerAssetBackfillV1,
        (Entity::PartnerAssetV1, sources::partner_assets),
    )
    .referred_to(),
    shared(
        Request::PartnerStacksV1,
        Whose::Partners,
        Some((Entity::PartnerStackDeleteV1, gone::partner_stacks)),
        Entity::PartnerStackBackfillV1,
        (Entity::PartnerStackV1, sources::partner_stacks),
    )
    .referred_to(),
    shared(
        Request::AlbumAssetsV1,
        Whose::Albums,
        None,
        Entity::AlbumAssetBackfillV1,
        (Entity::AlbumAssetCreateV1, sources::album_assets),
    )
    .updated((Entity::AlbumAssetUpdateV1, sources::changed_album_assets)),
    own(
        Request::AlbumsV1,
        Some((Entity::AlbumDeleteV1, gone::albums)),
        (Entity::AlbumV1, sources::albums),
    )
    .of_albums()
    .referred_to(),
    shared(
        Request::AlbumUsersV1,
        Whose::Albums,
        Some((Entity::AlbumUserDeleteV1, gone::album_users)),
        Entity::AlbumUserBackfillV1,
        (Entity::AlbumUserV1, sources::album_users),
    ),
    shared(
        Request::AlbumToAssetsV1,
        Whose::Albums,
        Some((Entity::AlbumToAssetDeleteV1, gone::album_links)),
        Entity::AlbumToAssetBackfillV1,
        (Entity::AlbumToAssetV1, sources::album_links),
    ),
    own(
        Request::AssetExifsV1,
        None,
        (Entity::AssetExifV1, sources::own_exifs),
    ),
    shared(
        Request::AlbumAssetExifsV1,
        Whose::Albums,
        None,
        Entity::AlbumAssetExifBackfillV1,
        (Entity::AlbumAssetExifCreateV1, sources::album_exifs),
    )
    .updated((Entity::AlbumAssetExifUpdateV1, sources::changed_album_exifs)),
    shared(
        Request::PartnerAssetExifsV1,
        Whose::Partners,
        None,
        Entity::PartnerAssetExifBackfillV1,
        (Entity::PartnerAssetExifV1, sources::partner_exifs),
    ),
    own(
        Request::MemoriesV1,
        Some((Entity::MemoryDeleteV1, gone::memories)),
        (Entity::MemoryV1, sources::memories),
    )
    .referred_to(),
    own(
        Request::MemoryToAssetsV1,
        Some((Entity::MemoryToAssetDeleteV1, gone::memory_assets)),
        (Entity::MemoryToAssetV1, sources::memory_assets),
    ),
    own(
        Request::PeopleV1,
        Some((Entity::PersonDeleteV1, gone::people)),
        (Entity::PersonV1, sources::people),
    )
    .referred_to(),
    own(
        Request::AssetFacesV1,
        Some((Entity::AssetFaceDeleteV1, gone::faces)),
        (Entity::AssetFaceV1, sources::faces),
    ),
    own(
        Request::UserMetadataV1,
        Some((Entity::UserMetadataDeleteV1, gone::user_metadata)),
        (Entity::UserMetadataV1, sources::user_metadata),
    ),
    own(
        Request::AssetMetadataV1,
        Some((Entity::AssetMetadataDeleteV1, gone::asset_metadata)),
        (Entity::AssetMetadataV1, sources::asset_metadata),
    ),
];

/// The parts of a stream, and what is acknowledged without having been sent.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub stages: VecDeque<Stage>,
    /// A session that has nothing of a type yet gets it whole: nothing has to be sent later.
    pub settled: Vec<Ack>,
}

impl Plan {
    /// # Errors
    /// When the database fails.
    pub(super) fn of(
        connection: &mut Connection<'_>,
        reader: &Reader,
        requested: &[Request],
        checkpoints: &Checkpoints,
    ) -> Result<Self> {
        let mut plan = Self::default();
        for kind in TYPES {
            if requested.contains(&kind.request) {
                plan.add(connection, reader, kind, checkpoints)?;
            }
        }
        Ok(plan)
    }

    fn add(
        &mut self,
        connection: &mut Connection<'_>,
        reader: &Reader,
        kind: &Type,
        checkpoints: &Checkpoints,
    ) -> Result<()> {
        let has = checkpoints.change(kind.rows.0);
        let rows = |whose: Whose, (entity, read)| {
            let after = checkpoints.change(entity).unwrap_or_default();
            Rows::new(entity, read, whose, after)
        };
        match kind.backfill {
            None => {
                let gone = kind.gone.map(|gone| Stage::Rows(rows(Whose::Own, gone)));
                self.stages.extend(gone);
            }
            Some(backfill) => {
                let entered = kind.whose.list_entered(connection, reader)?;
                let gone = || kind.gone.map(|gone| rows(kind.whose, gone));
                let later = match has {
                    // All of what the user was let into comes at once.
                    None => {
                        let last = entered.last().map(|(last, _)| *last);
                        let settled = last.map(|last| Ack::backfilled(backfill.0, last));
                        self.settled.extend(settled);
                        None
                    }
                    Some(has) => {
                        let reached = checkpoints.backfill(backfill.0);
                        Some(Backfill::new(backfill, (kind.whose, entered), has, reached))
                    }
                };
                if let Some(later) = &later
                    && kind.whose == Whose::Partners
                {
                    let of_entered = gone().map(|gone| gone.of_entered(later.left()));
                    self.stages.extend(of_entered.map(Stage::Rows));
                }
                // Also for an app that has said nothing of the type: it may have had rows, and not come to say so.
                self.stages.extend(gone().map(Stage::Rows));
                self.stages.extend(later.map(Stage::Backfill));
            }
        }
        let update = kind.update.filter(|_| has.is_some());
        let sent = has.unwrap_or_default();
        self.stages
            .extend(update.map(|update| Stage::Rows(rows(kind.whose, update).of_sent(sent))));
        let settles = kind.update.map(|(entity, _)| entity);
        let all = rows(kind.whose, kind.rows).reading_on(kind.is_referred_to);
        self.stages.push_back(Stage::Rows(all.settling(settles)));
        Ok(())
    }
}
