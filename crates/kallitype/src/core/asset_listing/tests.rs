//! What lists hold is what of it can be had singly, and pages neither repeat nor leave out anything, on both databases.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::HashSet;

use http::StatusCode;
use uuid::Uuid;

use super::page::{Page, Position, list_positions, read_positions};
use crate::access::{
    Action, Caller, Identity, Link, Listing, Principal, Section, Session, User, Visibility,
    reachable,
};
use crate::core::choices::AssetOrder;
use crate::test_database::{TestDatabase, on_both};
use kallitype_benches::library::{Library, insert_assets};
use kallitype_db::{Connection, Value, new_id};
use kallitype_web::time::HOUR;

const VISIBILITIES: [Visibility; 4] = [
    Visibility::Timeline,
    Visibility::Archive,
    Visibility::Hidden,
    Visibility::Locked,
];
const ORDERS: [AssetOrder; 2] = [AssetOrder::Ascending, AssetOrder::Descending];
/// An asset as it was put there.
#[derive(Debug, Clone, Copy)]
struct Placed {
    owner: Uuid,
    section: Section,
    at: Position,
    /// The wall clock.
    local: i64,
}

/// Me and others, everyone with assets in every section, several of them at the same moment.
struct World {
    database: TestDatabase,
    me: Uuid,
    /// Whose timeline I am shown in mine.
    shown: Uuid,
    assets: Vec<Placed>,
}

impl World {
    async fn build(database: TestDatabase) -> Self {
        let owners = Library::of(5, 0)
            .insert(&database.db)
            .await
            .expect("accounts");
        let [me, shown, unshown, gone, stranger] = owners[..] else {
            unreachable!("there are five");
        };
        let mut assets = Vec::new();
        for (seed, owner) in (0..).zip([me, shown, unshown, gone, stranger]) {
            insert_assets(&database.db, owner, 48, seed)
                .await
                .expect("assets");
            assets.extend(
                database
                    .write(move |connection| place(connection, owner))
                    .await,
            );
        }
        database.write(move |connection| {
            let album = new_id();
            for (sql, parameters) in [
                ("UPDATE partner SET in_timeline = FALSE WHERE shared_by_id = $1", vec![unshown.into()]),
                ("UPDATE account SET status = 'deleted' WHERE id = $1", vec![gone.into()]),
                ("DELETE FROM partner WHERE shared_by_id = $1", vec![stranger.into()]),
                (
                    "INSERT INTO album (id, name, description, is_activity_enabled, sort_order, created_at, updated_at, \
                     update_id) VALUES ($1, '', '', TRUE, 'desc', 0, 0, next_change_id())",
                    vec![album.into()],
                ),
                (
                    "INSERT INTO album_user (album_id, user_id, role, created_at, update_id) \
                     VALUES ($1, $2, 'owner', 0, next_change_id()), ($1, $3, 'viewer', 0, next_change_id())",
                    vec![album.into(), stranger.into(), me.into()],
                ),
                (
                    "INSERT INTO album_asset (album_id, asset_id, added_by, created_at, update_id) \
                     SELECT $1, id, owner_id, 0, next_change_id() FROM asset WHERE owner_id = $2",
                    vec![album.into(), stranger.into()],
                ),
            ] {
                connection.execute(sql, &parameters)?;
            }
            Ok(())
        }).await;
        Self {
            database,
            me,
            shown,
            assets,
        }
    }

    /// Me, with the PIN given or not.
    fn caller(&self, is_elevated: bool) -> Caller {
        Caller::new(Identity::User(Principal {
            user: User {
                id: self.me,
                is_admin: false,
            },
            session: Some(Session {
                id: new_id(),
                is_elevated,
            }),
            key: None,
        }))
    }

    /// What I may read of everything that there is.
    async fn readable(&self, caller: &Caller) -> HashSet<Uuid> {
        let (caller, ids) = (caller.clone(), self.assets.iter().map(|asset| asset.at.id));
        let ids: Vec<Uuid> = ids.collect();
        let read = move |connection: &mut Connection<'_>| {
            reachable(connection, &caller, Action::Read, &ids)
        };
        self.database.db.scan(read).await.expect("an answer")
    }

    async fn with_partners(
        &self,
        caller: &Caller,
        sections: &[Section],
    ) -> Result<Listing, StatusCode> {
        let (caller, sections) = (caller.clone(), sections.to_vec());
        let list = move |connection: &mut Connection<'_>| {
            Listing::with_partners(connection, &caller, &sections)
        };
        self.database
            .db
            .scan(list)
            .await
            .map_err(|error| error.status())
    }

    /// Where the assets of one page stand; its details have to be of the same.
    async fn page(&self, listing: &Listing, page: Page) -> Vec<Position> {
        let listing = listing.clone();
        let read = move |connection: &mut Connection<'_>| {
            let positions = list_positions(connection, &listing, &page)?;
            let details = read_positions(connection, &positions)?;
            Ok::<_, kallitype_db::DatabaseError>((positions, details))
        };
        let (positions, details) = self.database.db.scan(read).await.expect("a page");
        let described = details.iter().map(|details| Position {
            moment: details.asset.file_created_at,
            id: details.asset.id,
        });
        assert_eq!(described.collect::<Vec<_>>(), positions);
        positions
    }

    /// The whole list, page by page.
    async fn walk(&self, listing: &Listing, order: AssetOrder, limit: i64) -> Vec<Position> {
        let mut walked: Vec<Position> = Vec::new();
        loop {
            let page = Page {
                order,
                after: walked.last().copied(),
                limit,
            };
            let positions = self.page(listing, page).await;
            let is_last = (positions.len() as i64) < limit;
            walked.extend(positions);
            if is_last {
                return walked;
            }
        }
    }

    /// Where those assets stand that the test's own rule lists, in an order.
    fn expected(&self, order: AssetOrder, is_listed: impl Fn(&Placed) -> bool) -> Vec<Position> {
        let listed = self.assets.iter().filter(|asset| is_listed(asset));
        let mut positions: Vec<Position> = listed.map(|asset| asset.at).collect();
        positions.sort_by_key(|position| (position.moment, position.id));
        if order == AssetOrder::Descending {
            positions.reverse();
        }
        positions
    }
}

/// Spreads an owner's assets over all sections, and three moments.
fn place(connection: &mut Connection<'_>, owner: Uuid) -> kallitype_db::Result<Vec<Placed>> {
    let sql = "SELECT id FROM asset WHERE owner_id = $1";
    let ids: Vec<Uuid> = connection.query(sql, &[owner.into()])?;
    let mut placed = Vec::new();
    for (number, id) in (0..).zip(ids) {
        let moment = HOUR * (100 + number % 3);
        let asset = Placed {
            owner,
            section: Section {
                visibility: VISIBILITIES[number as usize / 3 % 4],
                is_trashed: number / 12 % 2 == 1,
            },
            at: Position { moment, id },
            local: moment + HOUR * (number % 5 - 2),
        };
        let deleted_at: Value = asset.section.is_trashed.then_some(moment).into();
        let sql = "UPDATE asset SET visibility = $2, deleted_at = $3, file_created_at = $4, local_date_time = $5 WHERE id = $1";
        let parameters = [
            id.into(),
            asset.section.visibility.into(),
            deleted_at,
            moment.into(),
            asset.local.into(),
        ];
        connection.execute(sql, &parameters)?;
        placed.push(asset);
    }
    Ok(placed)
}

/// Every choice of sections that a request can make.
fn choices() -> impl Iterator<Item = Vec<Section>> {
    let visibilities = VISIBILITIES.map(Some).into_iter().chain([None]);
    visibilities.flat_map(|visibility| {
        [false, true].map(|is_trashed| Section::select(visibility, is_trashed))
    })
}

on_both! {
    async fn lists_hold_what_can_be_had_singly(database: TestDatabase) {
        let world = World::build(database).await;
        for is_elevated in [false, true] {
            let caller = world.caller(is_elevated);
            let readable = world.readable(&caller).await;
            for sections in choices() {
                let own = Listing::own(&caller, &sections).map_err(|error| error.status());
                let all = world.with_partners(&caller, &sections).await;
                let asks_for_locked = sections[0].visibility == Visibility::Locked;
                if asks_for_locked && !is_elevated {
                    assert_eq!(own.err(), Some(StatusCode::UNAUTHORIZED));
                    assert_eq!(all.err(), Some(StatusCode::UNAUTHORIZED));
                    continue;
                }
                let (own, all) = (own.unwrap(), all.unwrap());
                let is_mine = |asset: &Placed| {
                    asset.owner == world.me && sections.contains(&asset.section) && readable.contains(&asset.at.id)
                };
                let is_shown = |asset: &Placed| {
                    asset.owner == world.shown && asset.section == Section::TIMELINE && sections.contains(&asset.section)
                };
                for order in ORDERS {
                    let expected = world.expected(order, is_mine);
                    assert_eq!(expected.len(), 6 * sections.len(), "all of mine can be read");
                    assert_eq!(world.walk(&own, order, 4).await, expected, "{sections:?}");
                    let expected = world.expected(order, |asset| is_mine(asset) || is_shown(asset));
                    assert_eq!(world.walk(&all, order, 5).await, expected, "{sections:?}");
                    let is_readable = |position: &Position| readable.contains(&position.id);
                    assert!(expected.iter().all(is_readable), "{sections:?}");
                }
            }
        }
    }

    async fn a_link_has_no_list(database: TestDatabase) {
        let world = World::build(database).await;
        let link = Caller::new(Identity::Link(Link {
            id: new_id(),
            owner_id: world.me,
            album_id: None,
            allow_upload: true,
            allow_download: true,
            show_metadata: true,
            password_hash: None,
        }));
        let refused = world.with_partners(&link, &[Section::TIMELINE]).await;
        assert_eq!(refused.err(), Some(StatusCode::FORBIDDEN));
    }

    async fn what_comes_and_goes_between_pages_disturbs_none(database: TestDatabase) {
        let world = World::build(database).await;
        let listing = Listing::owned(world.me, &[Section::TIMELINE]);
        let all = world.walk(&listing, AssetOrder::Descending, 100).await;
        let page = |after| Page { order: AssetOrder::Descending, after, limit: 2 };
        let first = world.page(&listing, page(None)).await;
        assert_eq!(first, all[..2]);
        let (newest, gone) = (all[5].id, first[1].id);
        world.database.write(move |connection| {
            connection.execute("UPDATE asset SET deleted_at = 1 WHERE id = $1", &[gone.into()])?;
            let sql = "UPDATE asset SET file_created_at = file_created_at + 1000000000000 WHERE id = $1";
            connection.execute(sql, &[newest.into()])
        }).await;
        assert_eq!(world.page(&listing, page(first.last().copied())).await, all[2..4]);
        let last = world.page(&listing, page(Some(all[3]))).await;
        assert_eq!(last, all[4..5], "the other is the newest by now");
    }

    async fn a_list_has_room_for_any_number_of_owners(database: TestDatabase) {
        let owners = Library::of(450, 1).insert(&database.db).await.expect("a library");
        let sql = "UPDATE asset SET visibility = 'timeline', deleted_at = NULL";
        database.execute(sql).await;
        let sql = "SELECT file_created_at, id FROM asset ORDER BY file_created_at, id";
        let read = move |connection: &mut Connection<'_>| {
            connection.query::<Position>(sql, &[])
        };
        let all = database.db.scan(read).await.expect("all");
        let world = World { database, me: owners[0], shown: owners[1], assets: Vec::new() };
        let listing = world.with_partners(&world.caller(false), &[Section::TIMELINE]).await.unwrap();
        assert_eq!(world.walk(&listing, AssetOrder::Ascending, 200).await, all);
    }
}
