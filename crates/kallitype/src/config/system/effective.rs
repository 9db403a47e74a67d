//! What the document says in the end: the defaults, what administrators have decided, and over both what is fixed.

use serde_json::{Map, Value};

use super::SystemConfigDto;
use super::tree::{difference, leaves, merged, put_at};
use crate::config::FixedSetting;
use kallitype_web::error::Result;

/// What administrators have decided, as it is stored: what differs from the defaults.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decisions(Value);

impl Decisions {
    /// Nothing.
    #[must_use]
    pub(crate) fn none() -> Self {
        Self(Value::Object(Map::new()))
    }

    /// Of a document.
    #[must_use]
    pub(crate) fn of(document: &SystemConfigDto) -> Self {
        let defaults = SystemConfigDto::default().to_json();
        Self(difference(&document.to_json(), &defaults))
    }

    /// As they are stored. What is no JSON decides nothing.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Self {
        serde_json::from_str(text).map_or_else(|_| Self::none(), Self)
    }

    #[must_use]
    pub(crate) fn to_text(&self) -> String {
        self.0.to_string()
    }

    /// Leaves those out that something fixes: they stay as they were `before`.
    #[must_use]
    pub(crate) fn without_fixed(self, fixed: &[FixedSetting], before: &Self) -> Self {
        let mut decided = Value::Object(Map::new());
        let is_fixed = |path: &str| fixed.iter().any(|fixed| fixed.path == path);
        let mut take = |from: &Self, wants_fixed: bool| {
            for (path, value) in leaves(&from.0) {
                if is_fixed(&path) == wants_fixed {
                    put_at(&mut decided, &path, value.clone());
                }
            }
        };
        take(&self, false);
        take(before, true);
        Self(decided)
    }

    /// The document with them, and with what is fixed.
    ///
    /// # Errors
    /// With one sentence for each rule that it breaks.
    pub(crate) fn document(&self, fixed: &[FixedSetting]) -> Result<SystemConfigDto> {
        let mut document = merged(SystemConfigDto::default().to_json(), &self.0);
        for setting in fixed {
            put_at(&mut document, setting.path, setting.value.clone());
        }
        SystemConfigDto::of_json(&document)
    }

    /// Those that can stand with what is fixed. Another version may have known others.
    #[must_use]
    pub(crate) fn sound(self, fixed: &[FixedSetting]) -> Self {
        if self.document(fixed).is_ok() {
            return self;
        }
        let mut sound = Self::none();
        for (path, value) in leaves(&self.0) {
            let mut tried = sound.clone();
            put_at(&mut tried.0, &path, value.clone());
            match tried.document(fixed) {
                Ok(_) => sound = tried,
                Err(error) => tracing::warn!(path, %error, "a stored setting is passed over"),
            }
        }
        sound
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fix(path: &'static str, value: Value) -> FixedSetting {
        FixedSetting {
            path,
            by: "a test".into(),
            value,
        }
    }

    #[test]
    fn what_is_fixed_wins_and_what_was_decided_stays() {
        let before = Decisions(json!({"trash": {"days": 5, "enabled": false}}));
        let fixed = [fix("trash.days", json!(9))];
        let document = before.document(&fixed).unwrap();
        assert_eq!((document.trash.days, document.trash.enabled), (9, false));
        let again = Decisions::of(&document).without_fixed(&fixed, &before);
        assert_eq!(again, before);
        assert_eq!(Decisions::parse(&again.to_text()), before);
    }

    #[test]
    fn what_cannot_stand_is_passed_over() {
        let stored = json!({"trash": {"days": -1, "enabled": false}, "of another": {"version": 1}, "user": 5});
        let sound = Decisions(stored).sound(&[]);
        let document = sound.document(&[]).unwrap();
        assert_eq!((document.trash.days, document.trash.enabled), (30, false));
        assert_eq!(document.user.delete_delay, 7);
    }
}
