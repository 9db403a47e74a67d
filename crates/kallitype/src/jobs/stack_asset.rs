//! Stacks an asset with what belongs to it by the rules of `--auto-stack`, once its file was read.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::stacks::automatic;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::now;

pub(crate) struct StackAsset;

impl Job for StackAsset {
    const KIND: JobKind = JobKind::StackAsset;

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        let rules = app.settings.stacks.auto_stack.clone();
        app.commit(move |connection| automatic::stack(connection, subject, &rules, now()))
            .await?;
        Ok(())
    }
}
