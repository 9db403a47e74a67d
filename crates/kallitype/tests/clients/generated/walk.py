"""Calls every operation of the assets API with the client that OpenAPI Generator makes of its document.

Arguments: the API's address, an API key, a session's token, and a folder with files.
"""

import datetime
import hashlib
import json
import pathlib
import sys
import time

import generated as api
from generated.exceptions import ApiException, BadRequestException

# Without a zone, as `datetime.now()` has it, and with one.
CREATED = datetime.datetime(2024, 5, 6, 7, 8, 9, 123456)
MODIFIED = CREATED.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=2)))


def client(address, **credentials):
    return api.AssetsApi(api.ApiClient(api.Configuration(host=address, **credentials)))


def sha1(path):
    return hashlib.sha1(path.read_bytes()).hexdigest()


def eventually(ask):
    """What is asked for; pictures are drawn after an upload."""
    for _ in range(600):
        try:
            return ask()
        except ApiException as error:
            if error.status != 404:
                raise
        time.sleep(0.05)
    return ask()


def upload(assets, path, **more):
    return sent(assets.upload_asset, path, **more)


def sent(operation, path, **more):
    described = {
        "device_asset_id": path.name,
        "device_id": "generated",
        "file_created_at": CREATED,
        "file_modified_at": MODIFIED,
        "metadata": [],
    }
    return operation(asset_data=str(path), **described, **more)


def walk(assets, links, folder):
    picture, other, film = (folder / name for name in ("picture.jpg", "other.jpg", "film.mp4"))
    known = api.AssetBulkUploadCheckItem(id="mine", checksum=sha1(picture))
    question = api.AssetBulkUploadCheckDto(assets=[known])
    assert assets.check_bulk_upload(question).results[0].action == "accept"

    made = upload(
        assets,
        picture,
        x_immich_checksum=sha1(picture),
        sidecar_data=str(folder / "picture.xmp"),
        is_favorite=True,
        visibility=api.AssetVisibility.ARCHIVE,
        filename="ünï.jpg",
    )
    assert made.status == api.AssetMediaStatus.CREATED
    id = made.id
    # That duplicates are answered with 200 is not in the document, so the client does not read such answers itself.
    again = sent(assets.upload_asset_with_http_info, picture)
    assert (again.status_code, json.loads(again.raw_data)) == (200, {"id": id, "status": "duplicate"})
    assert assets.check_bulk_upload(question).results[0].asset_id == id

    exist = api.CheckExistingAssetsDto(deviceAssetIds=["picture.jpg", "nothing"], deviceId="generated")
    assert assets.check_existing_assets(exist).existing_ids == ["picture.jpg"]
    assert assets.get_all_user_assets_by_device_id("generated") == ["picture.jpg"]

    asset = assets.get_asset_info(id)
    assert (asset.original_file_name, asset.is_favorite) == ("ünï.jpg", True)
    assert asset.visibility == api.AssetVisibility.ARCHIVE
    assert asset.file_modified_at == MODIFIED.replace(microsecond=123000)
    assert assets.get_asset_statistics(is_favorite=True, visibility=api.AssetVisibility.ARCHIVE).total == 1

    changed = assets.update_asset(id, api.UpdateAssetDto(description="a picture", rating=3, latitude=50.5, longitude=8))
    assert (changed.exif_info.description, changed.exif_info.rating) == ("a picture", 3)
    assets.update_assets(api.AssetBulkUpdateDto(ids=[id], isFavorite=False, visibility=api.AssetVisibility.TIMELINE))
    assert assets.get_random(count=1)[0].id == id
    assert assets.get_asset_info(id).is_favorite is False

    key = api.AssetMetadataKey.MOBILE_MINUS_APP
    item = api.AssetMetadataUpsertItemDto(key=key, value={"iCloudId": "x"})
    assets.update_asset_metadata(id, api.AssetMetadataUpsertDto(items=[item]))
    assert assets.get_asset_metadata(id)[0].value == {"iCloudId": "x"}
    assert assets.get_asset_metadata_by_key(id, key).value == {"iCloudId": "x"}
    assets.delete_asset_metadata(id, key)
    assert assets.get_asset_metadata(id) == []

    assets.run_asset_jobs(api.AssetJobsDto(assetIds=[id], name=api.AssetJobName.REGENERATE_MINUS_THUMBNAIL))
    assert assets.download_asset(id) == picture.read_bytes()
    for size in (None, api.AssetMediaSize.THUMBNAIL, api.AssetMediaSize.PREVIEW):
        assert len(eventually(lambda: assets.view_asset(id, size=size))) > 100
    moving = upload(assets, film).id
    assert eventually(lambda: assets.play_asset_video(moving)) == film.read_bytes()

    shared = links.create_shared_link(api.SharedLinkCreateDto(type=api.SharedLinkType.INDIVIDUAL, assetIds=[id]))
    stranger = client(assets.api_client.configuration.host)
    assert stranger.download_asset(id, key=shared.key) == picture.read_bytes()

    replaced = assets.replace_asset(
        id,
        asset_data=str(other),
        device_asset_id="other.jpg",
        device_id="generated",
        file_created_at=CREATED,
        file_modified_at=MODIFIED,
    )
    assert replaced.status == api.AssetMediaStatus.REPLACED
    assert assets.download_asset(id) == other.read_bytes()

    assets.delete_assets(api.AssetBulkDeleteDto(ids=[id, moving, replaced.id], force=True))
    assert assets.get_asset_statistics().total == 0
    try:
        assets.get_asset_info(id)
    except BadRequestException as error:
        assert "no asset.read access" in error.body, error.body
    else:
        raise AssertionError("what was deleted is still there")


def main(address, key, token, folder):
    ways = [
        client(address, api_key={"api_key": key}),
        client(address, access_token=token),
        client(address, api_key={"cookie": token}),
    ]
    for assets in ways:
        walk(assets, api.SharedLinksApi(assets.api_client), pathlib.Path(folder))


main(*sys.argv[1:])
