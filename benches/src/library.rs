//! A made-up library of any size: the rows of accounts, partners and assets, without their files. The same seed makes
//! the same library.

use kallitype_db::{Connection, Database, Result, Value};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::{Builder, Uuid};

/// Assets that are inserted in one transaction. More would be slower on PostgreSQL, where a transaction that counts
/// its assets in one row passes by all the row's states before.
const BATCH: u32 = 1000;

/// In microseconds.
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
const YEAR: i64 = 8766 * HOUR;

/// The library's pictures were taken in the twenty years before this moment, the first day of 2026.
const NOW: i64 = 1_767_225_600 * SECOND;
const YEARS: i64 = 20;

/// Cameras: make, model and lens.
const CAMERAS: [(&str, &str, &str); 5] = [
    (
        "Apple",
        "iPhone 13 mini",
        "iPhone 13 mini back dual wide camera 5.1mm f/1.6",
    ),
    ("Google", "Pixel 7", "Pixel 7 back camera 6.81mm f/1.85"),
    ("Canon", "Canon EOS 80D", "EF-S17-55mm f/2.8 IS USM"),
    ("FUJIFILM", "X-T4", "XF16-55mmF2.8 R LM WR"),
    ("samsung", "SM-G991B", "Samsung S5KGN2"),
];

/// Places: city, state, country, latitude, longitude, and the hours by which clocks there are ahead.
const PLACES: [(&str, &str, &str, f64, f64, i64); 6] = [
    ("Berlin", "Berlin", "Germany", 52.52, 13.41, 1),
    ("Lisbon", "Lisbon", "Portugal", 38.72, -9.14, 0),
    ("Kyoto", "Kyoto", "Japan", 35.01, 135.77, 9),
    (
        "Denver",
        "Colorado",
        "United States of America",
        39.74,
        -104.98,
        -7,
    ),
    ("Nairobi", "Nairobi Area", "Kenya", -1.29, 36.82, 3),
    ("Auckland", "Auckland", "New Zealand", -36.85, 174.76, 12),
];

const ACCOUNT: &str = "INSERT INTO account (id, email, name, password_hash, is_admin, should_change_password, avatar_color, \
    profile_changed_at, created_at, updated_at, update_id)";
const PARTNER: &str = "INSERT INTO partner (shared_by_id, shared_with_id, in_timeline, created_at, updated_at, update_id)";
const ASSET: &str = "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, thumbnail_path, \
    preview_path, original_file_name, file_size, checksum, thumbhash, file_created_at, file_modified_at, local_date_time, \
    duration, visibility, is_favorite, random_key, deleted_at, created_at, updated_at, update_id)";
const EXIF: &str = "INSERT INTO exif (asset_id, make, model, lens_model, exposure_time, f_number, focal_length, iso, width, \
    height, orientation, date_time_original, modify_date, time_zone, latitude, longitude, city, state, country, \
    description, edited, update_id)";

/// What a library is to be.
#[derive(Debug, Clone)]
pub struct Library {
    /// How many assets each owner has. All but the first share with the first, who is shown them all in the timeline.
    pub assets: Vec<u32>,
    pub seed: u64,
}

impl Library {
    /// Owners with the same number of assets each.
    #[must_use]
    pub fn of(owners: usize, assets: u32) -> Self {
        Self {
            assets: vec![assets; owners],
            seed: 1,
        }
    }

    /// Inserts the library; answers its owners. They cannot sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&self, db: &Database) -> Result<Vec<Uuid>> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let owners: Vec<Uuid> = self
            .assets
            .iter()
            .map(|_| id_at(&mut random, NOW))
            .collect();
        let accounts = owners.clone();
        db.write(move |connection| insert_accounts(connection, &accounts))
            .await?;
        // To make an index of a million rows is far quicker than to find the place for each of them.
        let indexes = drop_indexes(db).await?;
        for (owner, count) in owners.iter().zip(&self.assets) {
            insert_assets(db, *owner, *count, random.random()).await?;
        }
        for index in indexes {
            db.write(move |connection| connection.execute(index, &[]))
                .await?;
        }
        Ok(owners)
    }
}

/// Drops the indexes of assets; answers how they are made again. Statements are texts of the program, so these few are
/// kept as long as it runs.
async fn drop_indexes(db: &Database) -> Result<Vec<&'static str>> {
    let list = if db.is_embedded() {
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('asset', 'exif', 'search_asset') AND sql IS NOT NULL"
    } else {
        "SELECT indexname::TEXT, indexdef FROM pg_indexes WHERE tablename IN ('asset', 'exif', 'search_asset') \
         AND indexname NOT LIKE '%_pkey'"
    };
    db.write(move |connection| {
        let indexes: Vec<(String, String)> = connection.query(list, &[])?;
        for (name, _) in &indexes {
            connection.execute(format!("DROP INDEX {name}").leak(), &[])?;
        }
        let made = indexes.into_iter().map(|(_, made)| &*made.leak());
        Ok(made.collect())
    })
    .await
}

fn insert_accounts(connection: &mut Connection<'_>, owners: &[Uuid]) -> Result<()> {
    let account = |(number, owner): (usize, &Uuid)| -> [Value; 10] {
        [
            (*owner).into(),
            format!("owner-{number}@example.org").into(),
            format!("Owner {number}").into(),
            "".into(),
            false.into(),
            false.into(),
            "blue".into(),
            NOW.into(),
            NOW.into(),
            NOW.into(),
        ]
    };
    let accounts: Vec<_> = owners.iter().enumerate().map(account).collect();
    connection.insert_changes(ACCOUNT, accounts, "")?;
    let Some((first, others)) = owners.split_first() else {
        return Ok(());
    };
    let share = |other: &Uuid| -> [Value; 5] {
        [
            (*other).into(),
            (*first).into(),
            true.into(),
            NOW.into(),
            NOW.into(),
        ]
    };
    let partners: Vec<_> = others.iter().map(share).collect();
    connection.insert_changes(PARTNER, partners, "")
}

/// Inserts assets of an owner who has an account. The same seed makes the same assets, so no two calls have the same.
///
/// # Errors
/// When the database fails.
pub async fn insert_assets(db: &Database, owner: Uuid, count: u32, seed: u64) -> Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    for start in (0..count).step_by(BATCH as usize) {
        let numbers = start..count.min(start + BATCH);
        let made: Vec<Asset> = numbers
            .map(|number| Asset::new(&mut random, number))
            .collect();
        let assets: Vec<_> = made.iter().map(|asset| asset.row(owner)).collect();
        let facts: Vec<_> = made.iter().map(Asset::exif).collect();
        db.write(move |connection| {
            connection.insert_changes(ASSET, assets.clone(), "")?;
            connection.insert_changes(EXIF, facts.clone(), "")
        })
        .await?;
    }
    Ok(())
}

/// A picture or, one in twelve, a video.
struct Asset {
    id: Uuid,
    number: u32,
    is_video: bool,
    /// When it was taken, and when it came.
    moment: i64,
    created_at: i64,
    camera: usize,
    /// Where, if it is known.
    place: Option<usize>,
    visibility: &'static str,
    is_favorite: bool,
    is_trashed: bool,
    checksum: [u8; 20],
    thumbhash: [u8; 24],
    random_key: i64,
}

impl Asset {
    /// Assets come in no order of when they were taken, as after an import: that is hardest for lists.
    fn new(random: &mut StdRng, number: u32) -> Self {
        // The later, the more.
        let age = 1.0 - random.random::<f64>().sqrt();
        let moment = NOW - (age * (YEARS * YEAR) as f64) as i64;
        let created_at = NOW + i64::from(number) * SECOND;
        Self {
            id: id_at(random, created_at),
            number,
            is_video: random.random_ratio(1, 12),
            moment,
            created_at,
            camera: random.random_range(0..CAMERAS.len()),
            place: random
                .random_bool(0.6)
                .then(|| random.random_range(0..PLACES.len())),
            visibility: match random.random_range(0..100) {
                0..3 => "archive",
                3..5 => "hidden",
                5 => "locked",
                _ => "timeline",
            },
            is_favorite: random.random_bool(0.02),
            is_trashed: random.random_bool(0.01),
            checksum: random.random(),
            thumbhash: random.random(),
            random_key: random.random(),
        }
    }

    /// The wall clock where it was taken, as if it were UTC.
    fn local(&self) -> i64 {
        let ahead = self.place.map_or(0, |place| PLACES[place].5);
        self.moment + ahead * HOUR
    }

    fn row(&self, owner: Uuid) -> [Value; 22] {
        let (extension, kind) = if self.is_video {
            ("mp4", "VIDEO")
        } else {
            ("jpg", "IMAGE")
        };
        let name = format!("IMG_{:06}.{extension}", self.number);
        let id = self.id;
        let duration = self.is_video.then_some(12 * SECOND);
        let deleted_at = self.is_trashed.then_some(self.created_at);
        [
            id.into(),
            owner.into(),
            format!("{name}-{}", self.number).into(),
            "made up".into(),
            kind.into(),
            format!("upload/{owner}/{id}.{extension}").into(),
            format!("thumbs/{owner}/{id}-thumbnail.webp").into(),
            format!("thumbs/{owner}/{id}-preview.jpeg").into(),
            name.into(),
            3_000_000_i64.into(),
            self.checksum.as_slice().into(),
            self.thumbhash.as_slice().into(),
            self.moment.into(),
            self.moment.into(),
            self.local().into(),
            duration.into(),
            self.visibility.into(),
            self.is_favorite.into(),
            self.random_key.into(),
            deleted_at.into(),
            self.created_at.into(),
            self.created_at.into(),
        ]
    }

    fn exif(&self) -> [Value; 21] {
        let (make, model, lens) = CAMERAS[self.camera];
        let place = self.place.map(|place| PLACES[place]);
        let zone = place.map(|place| format!("UTC{:+}", place.5));
        // Not all in the middle of the town.
        let aside = f64::from(self.number % 1000) / 10_000.0;
        [
            self.id.into(),
            make.into(),
            model.into(),
            lens.into(),
            "1/125".into(),
            2.8.into(),
            35.0.into(),
            200_i64.into(),
            4032_i64.into(),
            3024_i64.into(),
            "1".into(),
            self.moment.into(),
            self.moment.into(),
            zone.into(),
            place.map(|place| place.3 + aside).into(),
            place.map(|place| place.4 + aside).into(),
            place.map(|place| place.0.to_owned()).into(),
            place.map(|place| place.1.to_owned()).into(),
            place.map(|place| place.2.to_owned()).into(),
            describe(self.number).into(),
            "".into(),
        ]
    }
}

/// What is said of a picture: one word stands in half of all, one in a hundredth, one in ten of a million.
fn describe(number: u32) -> String {
    let words = [
        (2, "Holiday"),
        (100, "Erntedankfest"),
        (100_000, "Zeppelin"),
    ];
    let said = words.iter().filter(|(every, _)| number % every == 1);
    let said: Vec<&str> = said.map(|(_, word)| *word).collect();
    said.join(" ")
}

/// An id as one that is made at a time.
fn id_at(random: &mut StdRng, time: i64) -> Uuid {
    let milliseconds = u64::try_from(time / 1000).unwrap_or_default();
    Builder::from_unix_timestamp_millis(milliseconds, &random.random()).into_uuid()
}
