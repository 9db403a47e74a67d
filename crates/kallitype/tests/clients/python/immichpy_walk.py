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
