use reqwest::Method;
use uuid::Uuid;

use crate::{
    AssetBulkDeleteDto, AssetBulkUpdateDto, AssetBulkUploadCheckDto,
    AssetBulkUploadCheckResponseDto, AssetJobsDto, AssetMediaCreateDto, AssetMediaReplaceDto,
    AssetMediaResponseDto, AssetMediaSize, AssetMetadataResponseDto, AssetMetadataUpsertDto,
    AssetResponseDto, AssetStatisticsQuery, AssetStatsResponseDto, CheckExistingAssetsDto,
    CheckExistingAssetsResponseDto, Client, Download, Result, UpdateAssetDto,
};

/// Nothing to be asked for beside the path.
const NO_QUERY: &[(&str, &str); 0] = &[];

/// The assets API. What visitors may do, who come by a shared link, is said; everything else is for users.
///
/// All fail as every call does, with an [`Error`](crate::Error): refused with 401 or 403 without a credential that may
/// do this, and with 400 for assets that are not there or out of reach. Only what goes beyond that is said.
impl Client {
    /// Which of some files the server has, by their checksums. Needs the permission `asset.upload`.
    ///
    /// # Errors
    /// As every call; 400 for a checksum that is no SHA-1.
    pub async fn check_bulk_upload(
        &self,
        request: &AssetBulkUploadCheckDto,
    ) -> Result<AssetBulkUploadCheckResponseDto> {
        let path = ["assets", "bulk-upload-check"];
        self.call(Method::POST, &path, Some(request)).await
    }

    /// Which of a device's files the server has, by what the device calls them. Immich 3 no longer has it.
    ///
    /// # Errors
    /// As every call.
    pub async fn check_existing_assets(
        &self,
        request: &CheckExistingAssetsDto,
    ) -> Result<CheckExistingAssetsResponseDto> {
        self.call(Method::POST, &["assets", "exist"], Some(request))
            .await
    }

    /// Forgets a value that is kept with an asset. Needs the permission `asset.update`.
    ///
    /// # Errors
    /// As every call; [`Error::Invalid`](crate::Error::Invalid) for a key that no path can hold.
    pub async fn delete_asset_metadata(&self, id: Uuid, key: &str) -> Result<()> {
        let path = ["assets", &id.to_string(), "metadata", key];
        self.command(Method::DELETE, &path, None::<&()>).await
    }

    /// Moves assets to the trash, or deletes them for good. Needs the permission `asset.delete`.
    ///
    /// # Errors
    /// As every call; nothing is deleted then.
    pub async fn delete_assets(&self, request: &AssetBulkDeleteDto) -> Result<()> {
        self.command(Method::DELETE, &["assets"], Some(request))
            .await
    }

    /// The original, byte for byte. Needs the permission `asset.download`, or a link that allows downloads.
    ///
    /// # Errors
    /// As every call.
    pub async fn download_asset(&self, id: Uuid) -> Result<Download> {
        let path = ["assets", &id.to_string(), "original"];
        self.download(&path, NO_QUERY).await
    }

    /// What a device calls those of its files that the server has. Immich 3 no longer has it.
    ///
    /// # Errors
    /// As every call; [`Error::Invalid`](crate::Error::Invalid) for a device that no path can hold.
    pub async fn get_all_user_assets_by_device_id(&self, device_id: &str) -> Result<Vec<String>> {
        self.get(&["assets", "device", device_id], NO_QUERY).await
    }

    /// All that is known of an asset. Needs the permission `asset.read`, or a link.
    ///
    /// # Errors
    /// As every call.
    pub async fn get_asset_info(&self, id: Uuid) -> Result<AssetResponseDto> {
        self.get(&["assets", &id.to_string()], NO_QUERY).await
    }

    /// The values that are kept with an asset. Needs the permission `asset.read`.
    ///
    /// # Errors
    /// As every call.
    pub async fn get_asset_metadata(&self, id: Uuid) -> Result<Vec<AssetMetadataResponseDto>> {
        self.get(&["assets", &id.to_string(), "metadata"], NO_QUERY)
            .await
    }

    /// A value that is kept with an asset. Needs the permission `asset.read`.
    ///
    /// # Errors
    /// As every call; 400 when there is none under this key, and [`Error::Invalid`](crate::Error::Invalid) for a key
    /// that no path can hold.
    pub async fn get_asset_metadata_by_key(
        &self,
        id: Uuid,
        key: &str,
    ) -> Result<AssetMetadataResponseDto> {
        self.get(&["assets", &id.to_string(), "metadata", key], NO_QUERY)
            .await
    }

    /// How many assets there are. Needs the permission `asset.statistics`.
    ///
    /// # Errors
    /// As every call.
    pub async fn get_asset_statistics(
        &self,
        which: AssetStatisticsQuery,
    ) -> Result<AssetStatsResponseDto> {
        self.get(&["assets", "statistics"], &which).await
    }

    /// Some assets, whichever they are; one without a count. Needs the permission `asset.read`. Immich 3 no longer has
    /// it.
    ///
    /// # Errors
    /// As every call.
    pub async fn get_random(&self, count: Option<u32>) -> Result<Vec<AssetResponseDto>> {
        self.get(&["assets", "random"], &[("count", count)]).await
    }

    /// A video as browsers play it. Needs the permission `asset.view`, or a link.
    ///
    /// # Errors
    /// As every call; 404 for what is no video.
    pub async fn play_asset_video(&self, id: Uuid) -> Result<Download> {
        let path = ["assets", &id.to_string(), "video", "playback"];
        self.download(&path, NO_QUERY).await
    }

    /// Gives an asset another file. The one it had lives on as an asset in the trash, whose id is answered; where the
    /// server has the new file already, nothing changes, and the answer is its asset. Needs the permission
    /// `asset.replace`. Immich 3 no longer has it.
    ///
    /// # Errors
    /// As [`upload_asset`](Self::upload_asset).
    pub async fn replace_asset(
        &self,
        id: Uuid,
        request: AssetMediaReplaceDto,
    ) -> Result<AssetMediaResponseDto> {
        let path = ["assets", &id.to_string(), "original"];
        self.submit(Method::PUT, &path, |request| request, request.form())
            .await
    }

    /// Has work done on assets, soon.
    ///
    /// # Errors
    /// As every call.
    pub async fn run_asset_jobs(&self, request: &AssetJobsDto) -> Result<()> {
        self.command(Method::POST, &["assets", "jobs"], Some(request))
            .await
    }

    /// Changes an asset, and answers what it is then. Needs the permission `asset.update`.
    ///
    /// # Errors
    /// As every call; 400 for a latitude without a longitude.
    pub async fn update_asset(
        &self,
        id: Uuid,
        request: &UpdateAssetDto,
    ) -> Result<AssetResponseDto> {
        let path = ["assets", &id.to_string()];
        self.call(Method::PUT, &path, Some(request)).await
    }

    /// Keeps values with an asset, in the place of those under the same keys; answers those that were written. Needs
    /// the permission `asset.update`.
    ///
    /// # Errors
    /// As every call; 400 for a key that comes twice.
    pub async fn update_asset_metadata(
        &self,
        id: Uuid,
        request: &AssetMetadataUpsertDto,
    ) -> Result<Vec<AssetMetadataResponseDto>> {
        let path = ["assets", &id.to_string(), "metadata"];
        self.call(Method::PUT, &path, Some(request)).await
    }

    /// Changes many assets alike. Needs the permission `asset.update`.
    ///
    /// # Errors
    /// As every call; nothing is changed then.
    pub async fn update_assets(&self, request: &AssetBulkUpdateDto) -> Result<()> {
        self.command(Method::PUT, &["assets"], Some(request)).await
    }

    /// Uploads a photo or video. Its bytes are read while they are sent. The same bytes again are no error: the answer
    /// is the asset that has them. Needs the permission `asset.upload`, or a link that takes uploads.
    ///
    /// # Errors
    /// As every call; 400 for a file that is empty, of a type that the server does not take, not what its checksum
    /// says, or over the quota; 413 for one that is too large; 507 when the server's disk is full. Nothing is kept
    /// then. When a file on this side cannot be read on, the connection breaks.
    pub async fn upload_asset(
        &self,
        request: AssetMediaCreateDto,
    ) -> Result<AssetMediaResponseDto> {
        let checksum = request.checksum.clone();
        let with_checksum = |request: reqwest::RequestBuilder| match checksum {
            Some(checksum) => request.header("x-immich-checksum", checksum),
            None => request,
        };
        self.submit(Method::POST, &["assets"], with_checksum, request.form()?)
            .await
    }

    /// An asset as a picture: a thumbnail, unless it is asked for more. Needs the permission `asset.view`, or a link.
    ///
    /// # Errors
    /// As every call; 404 until the picture is drawn.
    pub async fn view_asset(&self, id: Uuid, size: Option<AssetMediaSize>) -> Result<Download> {
        let path = ["assets", &id.to_string(), "thumbnail"];
        self.download(&path, &[("size", size)]).await
    }
}
