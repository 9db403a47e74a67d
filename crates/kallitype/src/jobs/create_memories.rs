//! Makes memories of what was photographed on the same day of earlier years, some days before that day, so that they are
//! there wherever it begins first.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::{Settings, SystemConfigDto};
use crate::core::memories::{on_this_day, queries};
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_web::time::{DAY, now};

/// How many days before and after today have memories.
const DAYS: i64 = 3;

/// How many accounts are looked for at a time.
const BATCH: i64 = 500;

pub(crate) struct CreateMemories;

impl Job for CreateMemories {
    const KIND: JobKind = JobKind::CreateMemories;

    fn interval_seconds(settings: &Settings) -> Option<u64> {
        Some(settings.memories.memory_interval_seconds)
    }

    fn is_wanted(config: &SystemConfigDto) -> bool {
        config.nightly_tasks.generate_memories
    }

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app).await
    }
}

/// Makes what is missing for each account. Interrupted, it goes on where it was.
async fn run(app: &App) -> Result<(), JobError> {
    let today = now().div_euclid(DAY);
    let mut after = Uuid::nil();
    loop {
        let list = move |connection: &mut Connection<'_>| {
            queries::list_behind(connection, after, today + DAYS, BATCH)
        };
        let behind = app.db.scan(list).await?;
        let Some(last) = behind.last() else {
            return Ok(());
        };
        after = *last;
        for owner in behind {
            while create_next(app, owner, today).await? {}
        }
    }
}

/// Makes the memories of the next day that an account has none for; answers whether there was one.
async fn create_next(app: &App, owner: Uuid, today: i64) -> Result<bool, JobError> {
    let created = app.commit(move |connection| {
        connection.lock("account", owner)?;
        let done = queries::find_progress(connection, owner)?.unwrap_or(i64::MIN);
        let day = done.saturating_add(1).max(today - DAYS);
        if day > today + DAYS {
            return Ok(false);
        }
        on_this_day::create(connection, owner, day, now())?;
        Ok::<_, kallitype_db::DatabaseError>(true)
    });
    Ok(created.await?)
}
