//! Who may do what to what: every kind of caller tries every operation on every kind of asset and album. What is
//! expected is said here once more, in other words than the server's.

mod albums;
mod assets;
mod at_once;
mod every_list;
mod lists;
mod moving_parts;
mod own;
mod visitors;

use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Credential, Server, User};

/// Everyone who may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visitor {
    Anonymous,
    Stranger,
    /// The administrator, whom the album's pictures do not concern.
    Administrator,
    Partner,
    Viewer,
    Editor,
    Owner,
    /// The owner, the PIN given.
    Unlocked,
    /// The owner's API key with every permission, with the one that is asked for, and with another.
    FullKey,
    FittingKey,
    OtherKey,
    /// Links to single assets: to look at, to take along, to bring something, and with a password that was not given.
    LookingLink,
    DownloadLink,
    UploadLink,
    ClosedLink,
    /// The same to the album.
    AlbumLookingLink,
    AlbumDownloadLink,
    AlbumUploadLink,
    /// Links that hide what files say of themselves, to single assets and to the album.
    BareLink,
    AlbumBareLink,
}

use Visitor::{
    Administrator, AlbumBareLink, AlbumDownloadLink, AlbumLookingLink, AlbumUploadLink, Anonymous,
    BareLink, ClosedLink, DownloadLink, Editor, FittingKey, FullKey, LookingLink, OtherKey, Owner,
    Partner, Stranger, Unlocked, UploadLink, Viewer,
};

const EVERYONE: [Visitor; 20] = [
    Anonymous,
    Stranger,
    Administrator,
    Partner,
    Viewer,
    Editor,
    Owner,
    Unlocked,
    FullKey,
    FittingKey,
    OtherKey,
    LookingLink,
    DownloadLink,
    UploadLink,
    ClosedLink,
    AlbumLookingLink,
    AlbumDownloadLink,
    AlbumUploadLink,
    BareLink,
    AlbumBareLink,
];

impl Visitor {
    fn is_link(self) -> bool {
        matches!(
            self,
            LookingLink
                | DownloadLink
                | UploadLink
                | ClosedLink
                | AlbumLookingLink
                | AlbumDownloadLink
                | AlbumUploadLink
                | BareLink
                | AlbumBareLink
        )
    }

    /// Whether it is a link that hides what files say of themselves.
    fn is_bare(self) -> bool {
        matches!(self, BareLink | AlbumBareLink)
    }

    /// Whether it is a link to the album that was opened.
    fn is_album_link(self) -> bool {
        matches!(
            self,
            AlbumLookingLink | AlbumDownloadLink | AlbumUploadLink | AlbumBareLink
        )
    }

    /// Whether it acts for the owner, with everything that the operation needs.
    fn is_owner(self) -> bool {
        matches!(self, Owner | Unlocked | FullKey | FittingKey)
    }
}

/// A house with people in it.
struct House {
    owner: User,
    /// A second session of the owner's, in which the PIN was given.
    unlocked: User,
    stranger: User,
    partner: User,
    viewer: User,
    editor: User,
    /// The album that the viewer and the editor are in.
    album: Uuid,
    /// The keys of the links.
    links: Vec<(Visitor, String)>,
}

impl House {
    /// People, an album of the owner's with these assets, and links to both.
    async fn build(server: &Server, owner: User, assets: &[Uuid]) -> Self {
        let another =
            async |name: &str| User::another(server, &format!("{name}@example.org")).await;
        let (viewer, editor) = (another("viewer").await, another("editor").await);
        let partner = another("partner").await;
        let shared = json!({"sharedWithId": partner.id});
        let answer = Answer::of(server.post(&owner, "/partners").json(&shared)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let people = json!({"albumUsers": [
            {"userId": viewer.id, "role": "viewer"},
            {"userId": editor.id, "role": "editor"},
        ]});
        let album = owner.album(server, assets, people).await;
        let album: Uuid = album["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a UUID");
        let unlocked = User::login(server.http(), &server.address, &owner.email).await;
        unlocked.unlock(server).await;
        let mut house = Self {
            stranger: another("stranger").await,
            owner,
            unlocked,
            partner,
            viewer,
            editor,
            album,
            links: Vec::new(),
        };
        house.make_links(server, assets).await;
        house
    }

    async fn make_links(&mut self, server: &Server, assets: &[Uuid]) {
        let single = json!({"type": "INDIVIDUAL", "assetIds": assets});
        let album = json!({"type": "ALBUM", "albumId": self.album});
        for (visitor, target, downloads, uploads) in [
            (LookingLink, &single, false, false),
            (DownloadLink, &single, true, false),
            (UploadLink, &single, false, true),
            (ClosedLink, &single, true, true),
            (AlbumLookingLink, &album, false, false),
            (AlbumDownloadLink, &album, true, false),
            (AlbumUploadLink, &album, false, true),
            // They would give originals if they did not hide metadata.
            (BareLink, &single, true, false),
            (AlbumBareLink, &album, true, false),
        ] {
            let mut body = target.clone();
            body["allowDownload"] = json!(downloads);
            body["allowUpload"] = json!(uploads);
            body["showMetadata"] = json!(!visitor.is_bare());
            if visitor == ClosedLink {
                body["password"] = json!("a secret");
            }
            let answer = Answer::of(server.post(&self.owner, "/shared-links").json(&body)).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            let key = answer.json["key"].as_str().expect("a key").to_owned();
            self.links.push((visitor, key));
        }
    }

    /// What a visitor shows at the door of an operation that needs this permission of API keys.
    async fn credential(&self, server: &Server, visitor: Visitor, permission: &str) -> Credential {
        match visitor {
            Anonymous => Credential::None,
            Stranger => Credential::from(&self.stranger),
            Administrator => Credential::from(&server.admin),
            Partner => Credential::from(&self.partner),
            Viewer => Credential::from(&self.viewer),
            Editor => Credential::from(&self.editor),
            Owner => Credential::from(&self.owner),
            Unlocked => Credential::from(&self.unlocked),
            FullKey => self.owner.api_key(server, &["all"]).await,
            FittingKey => self.owner.api_key(server, &[permission]).await,
            OtherKey => self.owner.api_key(server, &["archive.read"]).await,
            link => self.link(link),
        }
    }

    fn link(&self, link: Visitor) -> Credential {
        let found = self.links.iter().find(|(visitor, _)| *visitor == link);
        Credential::LinkKey(found.expect("a link").1.clone())
    }
}

/// Whether an operation was let through to its asset or album. What was not must not tell why.
fn was_allowed(answer: &Answer) -> bool {
    let message = answer.json["message"].as_str().unwrap_or_default();
    match answer.status {
        401 | 403 => false,
        400 if message.starts_with("Not found or no ") => false,
        503 if message.starts_with("This link hides metadata") => false,
        400 | 404 => panic!("neither done nor refused: {answer:?}"),
        status => {
            assert!(status < 400, "{answer:?}");
            true
        }
    }
}
