//! Hands a mail that waits to the mail server.

use uuid::Uuid;

use crate::app::state::App;
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::mail;
use crate::mail::MailError;
use crate::queue::kind::JobKind;

impl From<MailError> for JobError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Refused(reason) => Self::Permanent(reason),
            MailError::Failed(reason) => Self::Temporary(reason),
        }
    }
}

pub(crate) struct SendMail;

impl Job for SendMail {
    const KIND: JobKind = JobKind::SendMail;
    /// A mail lacks being sent when it was tried in vain; what only waits for its time is sent early by force.
    const BACKLOG: Option<Backlog> = Some(Backlog::of(
        "mail.id",
        "mail",
        "TRUE",
        "NOT EXISTS (SELECT 1 FROM job waiting WHERE waiting.kind = 'send-mail' AND waiting.subject_id = mail.id \
            AND waiting.state <> 'failed' AND waiting.error IS NULL)",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    let found = app
        .db
        .read(move |connection| mail::find(connection, id))
        .await?;
    // Its reader, or what it was about, may be gone.
    let Some(waiting) = found else {
        return Ok(());
    };
    if waiting.is_wanted {
        let server = app.mail_server().ok_or_else(|| {
            JobError::Permanent(
                "there is no mail server: none is in the settings, and --smtp-host is not set"
                    .into(),
            )
        })?;
        let config = app.config();
        let form = waiting
            .letter
            .form(&waiting.reader, config.site(), &config.templates.email);
        server
            .send(&waiting.reader, &form, waiting.revision)
            .await?;
    }
    let revision = waiting.revision;
    app.commit(move |connection| mail::delete(connection, id, revision))
        .await?;
    Ok(())
}
