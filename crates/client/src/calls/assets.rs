use std::sync::Arc;

use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::json;
use tokio::io::AsyncWrite;
use uuid::Uuid;

use crate::client::{copy, read, read_json, send, send_watched};
use crate::file::name;
use crate::sending::Sending;
use crate::types::{CheckRequest, CheckResponse};
use crate::{
    Asset, AssetChange, CheckItem, Checked, Client, Result, Statistics, StatisticsFilter,
    ThumbnailSize, UploadFile, Uploaded,
};

impl Client {
    /// Asks which files the server has; the answers come in the order of the items.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn check_bulk_upload(&self, items: &[CheckItem]) -> Result<Vec<Checked>> {
        let body = CheckRequest { assets: items };
        let answer: CheckResponse = self.post("/assets/bulk-upload-check", &body).await?;
        Ok(answer.results)
    }

    /// Uploads a file, streamed from the disk. `sent` is told the bytes of each chunk as it leaves.
    ///
    /// # Errors
    /// As [`Client::call`]; 400 when the bytes have another checksum than the one given.
    /// [`Error::File`](crate::Error::File) when a file cannot be read, or became shorter meanwhile.
    pub async fn upload(
        &self,
        file: &UploadFile,
        sent: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<Uploaded> {
        let mut form = fields(file);
        if let Some(sidecar) = &file.sidecar {
            let (part, _) = Sending::part(sidecar, Arc::new(|_| {})).await?;
            form = form.part("sidecarData", part);
        }
        let (part, sending) = Sending::part(&file.path, Arc::new(sent)).await?;
        let form = form.part("assetData", part);
        let mut request = self.request(Method::POST, "/assets").multipart(form);
        if let Some(checksum) = &file.checksum {
            request = request.header("x-immich-checksum", checksum);
        }
        match send_watched(request, || sending.read()).await {
            Ok(response) => read_json(response).await,
            Err(error) => Err(sending.failure().unwrap_or(error)),
        }
    }

    /// What the server knows about an asset.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn asset(&self, id: Uuid) -> Result<Asset> {
        self.get(&format!("/assets/{id}")).await
    }

    /// Writes an asset's original as it comes, and counts its bytes.
    ///
    /// # Errors
    /// As [`Client::call`], and [`Error::Write`](crate::Error::Write) when `into` does not take it.
    pub async fn original(&self, id: Uuid, into: &mut (impl AsyncWrite + Unpin)) -> Result<u64> {
        let request = self.request(Method::GET, &format!("/assets/{id}/original"));
        copy(send(request).await?, into).await
    }

    /// A picture of an asset.
    ///
    /// # Errors
    /// As [`Client::call`]; 404 while there is none.
    pub async fn thumbnail(&self, id: Uuid, size: ThumbnailSize) -> Result<Vec<u8>> {
        let request = self
            .request(Method::GET, &format!("/assets/{id}/thumbnail"))
            .query(&[("size", size)]);
        read(send(request).await?).await
    }

    /// How many assets the account has.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn statistics(&self, filter: &StatisticsFilter) -> Result<Statistics> {
        let request = self.request(Method::GET, "/assets/statistics");
        read_json(send(request.query(filter)).await?).await
    }

    /// Changes an asset, and answers it as it is then.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn update(&self, id: Uuid, change: &AssetChange) -> Result<Asset> {
        self.call(Method::PUT, &format!("/assets/{id}"), Some(change))
            .await
    }

    /// Puts assets into the trash, or deletes them for good.
    ///
    /// # Errors
    /// As [`Client::call`]; one asset that may not be deleted refuses all of them.
    pub async fn delete(&self, ids: &[Uuid], for_good: bool) -> Result<()> {
        let request = self
            .request(Method::DELETE, "/assets")
            .json(&json!({"ids": ids, "force": for_good}));
        send(request).await.map(drop)
    }
}

/// What is said about a file, without the file.
fn fields(file: &UploadFile) -> Form {
    let mut form = Form::new()
        .text("deviceAssetId", file.device_asset_id.clone())
        .text("deviceId", file.device_id.clone())
        .text("fileCreatedAt", file.created_at.to_string())
        .text("fileModifiedAt", file.modified_at.to_string())
        .text("filename", name(&file.path))
        .text("isFavorite", file.is_favorite.to_string())
        .text("metadata", "[]");
    if let Some(visibility) = file.visibility {
        form = form.text("visibility", visibility.name());
    }
    if let Some(video) = file.live_photo_video_id {
        form = form.text("livePhotoVideoId", video.to_string());
    }
    form
}
