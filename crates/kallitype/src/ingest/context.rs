//! Who uploads, and what they may.

use uuid::Uuid;

use crate::access::{Caller, Link, Permission};
use crate::core::assets::facts::MOTION;
use crate::core::assets::model::Visibility;
use crate::core::assets::new_asset::NewAsset;
use crate::core::assets::queries;
use crate::core::links;
use crate::core::standing::require_standing;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// The device that visitors' files come from, as far as clients ask.
const VISITORS_DEVICE: &str = "shared link";

/// Who uploads, and whose the assets will be.
///
/// A visitor, who comes by a link, may do less than the owner. Every rule about visitors is here.
#[derive(Debug, Clone)]
pub(crate) struct UploadContext {
    caller: Caller,
}

/// What is known of an upload before its first byte comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outlook {
    /// Bytes that the owner's quota leaves.
    pub remaining_quota: Option<u64>,
    /// The asset that has the announced bytes already.
    pub known: Option<Uuid>,
}

impl UploadContext {
    /// # Errors
    /// 403 for a link that takes no uploads.
    pub(crate) fn of(caller: &Caller) -> Result<Self> {
        if caller.link().is_some_and(|link| !link.allow_upload) {
            return Err(ApiError::forbidden("Forbidden"));
        }
        Ok(Self {
            caller: caller.clone(),
        })
    }

    /// The link that a visitor came by.
    fn link(&self) -> Option<&Link> {
        self.caller.link()
    }

    /// Whose the asset will be.
    #[must_use]
    pub(crate) fn owner(&self) -> Uuid {
        self.caller.owner_id()
    }

    /// Looks ahead before the bytes come.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn look_ahead(
        &self,
        connection: &mut Connection<'_>,
        announced: Option<&[u8]>,
    ) -> db::Result<Outlook> {
        // A visitor has to show the bytes themselves: who only knows a checksum must not learn what the owner keeps.
        let known = match announced.filter(|_| self.link().is_none()) {
            Some(checksum) => queries::find_by_checksum(connection, self.owner(), checksum)?,
            None => None,
        };
        Ok(Outlook {
            remaining_quota: queries::find_remaining_quota(connection, self.owner())?,
            known,
        })
    }

    /// Where an asset shows up, what is dear to its owner and which of their videos it moves by is not for visitors to
    /// say. Nor does their file say it: it finds no other half among what the owner keeps, and brings none along. Under the
    /// name of one of the owner's devices, or with what its app keeps, it would pass for something that the device has
    /// brought already.
    pub(crate) fn restrict(&self, asset: &mut NewAsset) {
        if self.link().is_some() {
            asset.visibility = Visibility::Timeline;
            asset.is_favorite = false;
            asset.live_photo_video_id = None;
            asset.decided = MOTION;
            asset.device_id = VISITORS_DEVICE.to_owned();
            asset.metadata = Vec::new();
        }
    }

    /// Whether what the owner keeps already may be changed: the same file again may bring along a sidecar that is new.
    #[must_use]
    pub(crate) fn may_change_what_is_kept(&self) -> bool {
        self.link().is_none()
    }

    /// Refuses what comes by a credential that has ended, or takes no uploads any more, while it was on its way.
    ///
    /// # Errors
    /// 401 when it has ended, 403 when it takes no uploads.
    pub(crate) fn require_standing(&self, connection: &mut Connection<'_>) -> Result<()> {
        require_standing(connection, &self.caller, Permission::AssetUpload)
    }

    /// What a visitor uploads is shown by the link. Answers whether there is a link.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn show(&self, connection: &mut Connection<'_>, asset: Uuid) -> db::Result<bool> {
        let Some(link) = self.link() else {
            return Ok(false);
        };
        links::show(connection, link, asset)?;
        Ok(true)
    }

    /// The same for what the owner keeps already. A picture that moves is more than the file that a visitor showed, so
    /// it stays as it was.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn show_known(
        &self,
        connection: &mut Connection<'_>,
        asset: Uuid,
    ) -> db::Result<bool> {
        match queries::find_motion_part(connection, asset)? {
            Some(_) => Ok(false),
            None => self.show(connection, asset),
        }
    }
}
