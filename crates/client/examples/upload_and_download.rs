//! Uploads a file, says what the server made of it, and downloads it again:
//!
//! ```sh
//! cargo run --example upload_and_download -- http://127.0.0.1:2283 KEY picture.jpg copy.jpg
//! ```

use std::path::Path;

use kallitype_client::{AssetMediaCreateDto, AssetResponseDto, Client, Credential, FileData};

type Failure = Box<dyn std::error::Error>;

/// Uploads a file and downloads it under another name. The key needs the permissions `asset.upload`, `asset.read` and
/// `asset.download`.
pub async fn upload_and_download(
    server: &str,
    key: &str,
    file: &Path,
    copy: &Path,
) -> Result<AssetResponseDto, Failure> {
    let client = Client::discover(server)
        .await?
        .with(Credential::ApiKey(key.into()));
    let data = FileData::open(file)
        .await?
        .watched(|bytes| eprintln!("{bytes} bytes are on their way"));
    let answer = client
        .upload_asset(AssetMediaCreateDto::new(data, "example"))
        .await?;
    let asset = client.get_asset_info(answer.id).await?;
    println!("{:?}: {}", answer.status, asset.original_file_name);
    let bytes = client.download_asset(answer.id).await?.save(copy).await?;
    println!("{bytes} bytes came back");
    Ok(asset)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [server, key, file, copy] = words.as_slice() else {
        return Err("SERVER KEY FILE COPY".into());
    };
    upload_and_download(server, key, file.as_ref(), copy.as_ref()).await?;
    Ok(())
}
