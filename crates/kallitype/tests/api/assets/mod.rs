mod upload_asset;
