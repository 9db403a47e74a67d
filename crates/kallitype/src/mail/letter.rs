//! What mail says, in words that are the same in its text and in its page.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::system::notifications::SystemConfigTemplateEmailsDto;
use crate::mail::page;
use kallitype_db::row;
use kallitype_web::wire_enum;

wire_enum! {
    /// What a letter is for.
    pub enum Template as "EmailTemplate" {
        Welcome = "welcome",
        AlbumInvite = "album-invite",
        AlbumUpdate = "album-update",
        Test = "test",
    }
}

impl Template {
    /// An administrator's words for it; empty when there are none.
    #[must_use]
    pub(crate) fn words(self, templates: &SystemConfigTemplateEmailsDto) -> &str {
        match self {
            Self::Welcome => &templates.welcome_template,
            Self::AlbumInvite => &templates.album_invite_template,
            Self::AlbumUpdate => &templates.album_update_template,
            Self::Test => "",
        }
    }
}

/// A letter, before it is addressed. It may hold a password, so it has no debug output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "template",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Letter {
    /// To someone who got an account, with the password that was chosen for them.
    Welcome { password: Option<String> },
    /// To someone who can see an album from now on.
    AlbumInvite {
        album_id: Uuid,
        album_name: String,
        sender_name: String,
    },
    /// To someone with an album in which something is new.
    AlbumUpdate { album_id: Uuid, album_name: String },
    /// To an administrator who tries a mail server.
    Test,
}

row! {
    /// Whom a letter goes to.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Reader {
        pub name: String = "account.name",
        pub email: String = "account.email",
    }
}

/// What a letter says, without any form yet.
pub(crate) struct Content {
    /// One line.
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// What the reader has to have at hand, with its names.
    pub details: Vec<(&'static str, String)>,
    /// Where the letter leads, with what to call it.
    pub link: Option<(&'static str, String)>,
}

/// A letter as it is sent.
pub(crate) struct Form {
    /// One line.
    pub subject: String,
    pub text: String,
    pub page: String,
}

/// The longest name that is written out, in characters.
const MAX_NAME: usize = 200;

impl Letter {
    #[must_use]
    pub(crate) fn template(&self) -> Template {
        match self {
            Self::Welcome { .. } => Template::Welcome,
            Self::AlbumInvite { .. } => Template::AlbumInvite,
            Self::AlbumUpdate { .. } => Template::AlbumUpdate,
            Self::Test => Template::Test,
        }
    }

    /// The album that it is about.
    #[must_use]
    pub(crate) fn album(&self) -> Option<Uuid> {
        match self {
            Self::AlbumInvite { album_id, .. } | Self::AlbumUpdate { album_id, .. } => {
                Some(*album_id)
            }
            Self::Welcome { .. } | Self::Test => None,
        }
    }

    /// What it says to a reader. `site` is the address of the server, or empty; then nothing is linked.
    #[must_use]
    pub(crate) fn content(&self, reader: &Reader, site: &str) -> Content {
        let greeting = format!("Hello {},", one_line(&reader.name));
        let (label, path) = self.destination();
        Content {
            subject: self.subject(),
            paragraphs: [vec![greeting], self.sentences()].concat(),
            details: self.details(reader),
            link: (!site.is_empty()).then(|| (label, format!("{site}{path}"))),
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Welcome { .. } => "Welcome to Kallitype".into(),
            Self::AlbumInvite {
                album_name,
                sender_name,
                ..
            } => format!(
                "{} shared an album with you: {}",
                one_line(sender_name),
                one_line(album_name)
            ),
            Self::AlbumUpdate { album_name, .. } => {
                format!("New in the album {}", one_line(album_name))
            }
            Self::Test => "Test mail from Kallitype".into(),
        }
    }

    fn sentences(&self) -> Vec<String> {
        match self {
            Self::Welcome { password } => {
                let account = "An account was made for you. This is what you sign in with:";
                let advice = "Please choose a password of your own when you have signed in.";
                std::iter::once(account)
                    .chain(password.as_ref().map(|_| advice))
                    .map(str::to_owned)
                    .collect()
            }
            Self::AlbumInvite {
                album_name,
                sender_name,
                ..
            } => vec![format!(
                "{} has added you to the album “{}”.",
                one_line(sender_name),
                one_line(album_name)
            )],
            Self::AlbumUpdate { album_name, .. } => vec![format!(
                "There are new photos or videos in the album “{}”.",
                one_line(album_name)
            )],
            Self::Test => {
                vec!["The mail server takes mail from Kallitype: you are reading it.".into()]
            }
        }
    }

    fn details(&self, reader: &Reader) -> Vec<(&'static str, String)> {
        match self {
            Self::Welcome { password } => std::iter::once(("E-mail", reader.email.clone()))
                .chain(password.clone().map(|password| ("Password", password)))
                .collect(),
            Self::AlbumInvite { .. } | Self::AlbumUpdate { .. } | Self::Test => Vec::new(),
        }
    }

    fn destination(&self) -> (&'static str, String) {
        match self {
            Self::Welcome { .. } => ("Sign in", String::new()),
            Self::AlbumInvite { album_id, .. } | Self::AlbumUpdate { album_id, .. } => {
                ("Open the album", format!("/albums/{album_id}"))
            }
            Self::Test => ("Open Kallitype", String::new()),
        }
    }

    /// The letter as it is sent, in the words of an administrator where there are any.
    #[must_use]
    pub(crate) fn form(
        &self,
        reader: &Reader,
        site: &str,
        templates: &SystemConfigTemplateEmailsDto,
    ) -> Form {
        let content = self.content(reader, site);
        Form {
            text: page::text(&content),
            page: self.page(self.template().words(templates), reader, site),
            subject: content.subject,
        }
    }

    /// The letter as a page, in the words of an administrator if there are any: HTML in which `{albumName}` and the like
    /// stand for what the letter is about.
    #[must_use]
    pub(crate) fn page(&self, template: &str, reader: &Reader, site: &str) -> String {
        let content = self.content(reader, site);
        if template.is_empty() {
            return page::page(&content);
        }
        let filled = page::fill(template, &self.variables(reader, site));
        page::custom(&content, &filled)
    }

    fn variables(&self, reader: &Reader, site: &str) -> Vec<(&'static str, String)> {
        let mut variables = vec![("baseUrl", site.to_owned())];
        match self {
            Self::Welcome { password } => variables.extend([
                ("displayName", reader.name.clone()),
                ("username", reader.email.clone()),
                ("password", password.clone().unwrap_or_default()),
            ]),
            Self::AlbumInvite {
                album_id,
                album_name,
                sender_name,
            } => variables.extend([
                ("recipientName", reader.name.clone()),
                ("albumId", album_id.to_string()),
                ("albumName", album_name.clone()),
                ("senderName", sender_name.clone()),
            ]),
            Self::AlbumUpdate {
                album_id,
                album_name,
            } => variables.extend([
                ("recipientName", reader.name.clone()),
                ("albumId", album_id.to_string()),
                ("albumName", album_name.clone()),
            ]),
            Self::Test => variables.push(("displayName", reader.name.clone())),
        }
        variables
    }
}

/// A name as one line: what would end the line or turn its direction becomes a space.
#[must_use]
pub(crate) fn one_line(name: &str) -> String {
    let is_unwanted = |letter: char| {
        letter.is_control() || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    name.chars()
        .map(|letter| if is_unwanted(letter) { ' ' } else { letter })
        .take(MAX_NAME)
        .collect()
}
