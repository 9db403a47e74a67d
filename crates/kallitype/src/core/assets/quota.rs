use uuid::Uuid;

use crate::core::assets::queries;
use kallitype_db::{Connection, row};
use kallitype_web::error::{ApiError, Result};

row! {
    /// What an account may add, as it is found in the transaction that records an asset.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct OwnerAccount {
        pub id: Uuid,
        pub is_active: bool = "status = 'active'",
        pub has_quota: bool = "quota_bytes IS NOT NULL",
    }
}

impl OwnerAccount {
    /// Finds the account. It is not locked: should it go out of use at this moment, the asset counts as having come
    /// before, and is removed with everything else that the account has.
    ///
    /// # Errors
    /// 401 as for any credential of an account that is gone.
    pub(crate) fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<Self> {
        queries::find_owner(connection, id)?.ok_or_else(out_of_use)
    }

    /// Refuses what comes for an account that went out of use while it was on its way.
    ///
    /// # Errors
    /// 401 as for any credential of such an account.
    pub(crate) fn require_active(&self) -> Result<()> {
        match self.is_active {
            true => Ok(()),
            false => Err(out_of_use()),
        }
    }

    /// Refuses what this transaction has recorded when the owner then keeps more than their quota.
    ///
    /// # Errors
    /// 400 when they do.
    pub(crate) fn require_quota(&self, connection: &mut Connection<'_>) -> Result<()> {
        self.require_room(connection, 0)
    }

    /// Refuses so many bytes more than the owner keeps by now.
    ///
    /// # Errors
    /// 400 when their quota does not leave them.
    pub(crate) fn require_room(&self, connection: &mut Connection<'_>, bytes: i64) -> Result<()> {
        if !self.has_quota {
            return Ok(());
        }
        // Two uploads at once must not both fit into what is left for one.
        connection.lock("account", self.id)?;
        match queries::remaining_quota(connection, self.id)? {
            Some(remaining) if remaining < bytes => Err(quota_exceeded()),
            _ => Ok(()),
        }
    }
}

/// The answer to whoever has an account no more.
#[must_use]
pub(crate) fn out_of_use() -> ApiError {
    ApiError::unauthorized("Authentication required")
}

/// The answer to more than the owner may keep.
#[must_use]
pub(crate) fn quota_exceeded() -> ApiError {
    ApiError::bad_request("Quota has been exceeded!")
}
