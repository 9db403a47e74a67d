//! What flags, environment variables and the configuration file say of the document of settings. Administrators see it
//! there, and cannot change it.

use clap::ValueEnum;
use serde_json::Value;

use super::Settings;
use super::sources::Sources;

/// A setting of the document that cannot be changed while the server runs.
#[derive(Clone)]
pub(crate) struct FixedSetting {
    /// As in `trash.days`.
    pub path: &'static str,
    /// What fixes it, as in `--trash-days`.
    pub by: String,
    pub value: Value,
}

/// Why the settings that were given do not go together.
pub(crate) type SettingsError = Box<dyn std::error::Error + Send + Sync>;

/// Settings that are fixed, while they are gathered.
pub(super) struct FixedSettings<'a> {
    sources: &'a Sources,
    all: Vec<FixedSetting>,
}

impl FixedSettings<'_> {
    /// Fixes the value at a path, if its flag was given.
    pub(super) fn set(&mut self, path: &'static str, flag: &str, value: Option<impl Into<Value>>) {
        self.all.extend(value.map(|value| FixedSetting {
            path,
            by: self.sources.of_flag(flag),
            value: value.into(),
        }));
    }

    /// As [`set`](Self::set), for one of a set of names that are the same in the document.
    pub(super) fn name(&mut self, path: &'static str, flag: &str, value: Option<impl ValueEnum>) {
        let value = value.and_then(|value| value.to_possible_value());
        self.set(path, flag, value.map(|value| value.get_name().to_owned()));
    }
}

impl Settings {
    /// Every setting of the document that is fixed.
    ///
    /// # Errors
    /// When settings do not go together, or a file with a secret cannot be read.
    pub(crate) fn fixed(&self) -> Result<Vec<FixedSetting>, SettingsError> {
        let mut fixed = FixedSettings {
            sources: &self.sources,
            all: Vec::new(),
        };
        self.pictures.fix(&mut fixed);
        self.video.fix(&mut fixed);
        self.mail.fix(&mut fixed)?;
        self.oauth.fix(&mut fixed)?;
        self.machine_learning.fix(&mut fixed);
        fixed.set(
            "library.watch.enabled",
            "library-watch",
            self.libraries.library_watch,
        );
        fixed.set(
            "metadata.faces.import",
            "import-faces",
            self.metadata.import_faces,
        );
        let memories = self.memories.generate_memories;
        fixed.set(
            "nightlyTasks.generateMemories",
            "generate-memories",
            memories,
        );
        fixed.set(
            "passwordLogin.enabled",
            "password-login",
            self.password_login,
        );
        fixed.set(
            "server.externalDomain",
            "external-url",
            self.external_url.clone(),
        );
        fixed.set("server.publicUsers", "public-users", self.public_users);
        fixed.set("trash.days", "trash-days", self.trash_days);
        fixed.set(
            "user.deleteDelay",
            "user-delete-days",
            self.user_delete_days,
        );
        let level = self.log.as_deref().map(level);
        fixed.set("logging.enabled", "log", level.map(|level| level != OFF));
        fixed.set("logging.level", "log", level.filter(|level| *level != OFF));
        Ok(fixed.all)
    }
}

const OFF: &str = "off";

/// The level in the document that is the nearest to what is logged.
fn level(filter: &str) -> &'static str {
    match filter {
        "trace" => "verbose",
        "debug" => "debug",
        "warn" => "warn",
        "error" => "error",
        OFF => OFF,
        _ => "log",
    }
}
