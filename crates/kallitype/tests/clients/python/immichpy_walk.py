"""Uploads a folder, downloads and deletes with immichpy.

Arguments: the server's address, an API key, and a folder with files.
"""

import asyncio
import pathlib
import sys
import tempfile

from immichpy import AsyncClient
from immichpy.client.generated import AssetBulkDeleteDto


async def walk(client, folder):
    assert (await client.server.ping_server()).res == "pong"
    sent = await client.assets.upload(folder)
    assert (sent.stats.uploaded, sent.stats.failed) == (3, 0), sent
    again = await client.assets.upload(folder)
    assert (again.stats.uploaded, again.stats.rejected) == (0, 3), again

    # It reads what version 3 of the API writes, and does not say so.
    client.base_client.set_default_header("x-kallitype-api-version", "3")
    for entry in sent.uploaded:
        asset = await client.assets.get_asset_info(entry.asset.id)
        assert asset.original_file_name == entry.filepath.name
    into = await client.assets.upload(folder, album_name="Holidays")
    assert into.stats.rejected == 3, into
    [album] = await client.albums.get_all_albums()
    assert (album.album_name, album.asset_count) == ("Holidays", 3)

    with tempfile.TemporaryDirectory() as copies:
        for entry in sent.uploaded:
            copy = await client.assets.download_asset_to_file(entry.asset.id, pathlib.Path(copies))
            assert copy.name == entry.filepath.name
            assert copy.read_bytes() == entry.filepath.read_bytes()

    ids = [entry.asset.id for entry in sent.uploaded]
    await client.assets.delete_assets(AssetBulkDeleteDto(ids=ids, force=True))
    assert (await client.assets.get_asset_statistics()).total == 0


async def main(address, key, folder):
    client = AsyncClient(api_key=key, base_url=address)
    try:
        await walk(client, pathlib.Path(folder))
    finally:
        await client.close()


asyncio.run(main(*sys.argv[1:]))
