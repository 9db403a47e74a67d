"""Uploads, looks and sorts with aioimmich, which Home Assistant is built on.

Arguments: the server's address, an API key, the id of an album, and a folder with files.
"""

import asyncio
import pathlib
import sys
import urllib.parse

from aiohttp import ClientSession
from aioimmich import Immich
from aioimmich.assets.models import UploadStatus
from aioimmich.exceptions import ImmichUnauthorizedError


async def drawn(ask):
    """What is asked for; pictures are drawn after an upload."""
    for _ in range(600):
        try:
            return await ask()
        except Exception as error:
            if "404" not in str(error) and "not found" not in str(error).lower():
                raise
        await asyncio.sleep(0.05)
    return await ask()


async def walk(immich, album, folder):
    assert immich.api.version.major == 2
    me = await immich.users.async_get_my_user()
    assert me.email == "admin@example.org"
    await immich.server.async_get_about_info()
    await immich.server.async_get_storage_info()

    picture, film = folder / "picture.jpg", folder / "film.mp4"
    made = await immich.assets.async_upload_asset(str(picture))
    assert made.status == UploadStatus.CREATED
    again = await immich.assets.async_upload_asset(str(picture))
    assert (again.asset_id, again.status) == (made.asset_id, UploadStatus.DUPLICATED)
    moving = (await immich.assets.async_upload_asset(str(film))).asset_id

    for size in ("thumbnail", "preview"):
        shown = await drawn(lambda: immich.assets.async_view_asset(made.asset_id, size))
        assert len(shown) > 100
    stream = await drawn(lambda: immich.assets.async_play_video_stream(moving))
    assert await stream.read() == film.read_bytes()

    added = await immich.albums.async_add_assets_to_album(album, [made.asset_id, moving])
    assert [one.success for one in added] == [True, True]
    [found] = await immich.albums.async_filter_albums_by_name("holiday")
    assert (found.album_id, found.asset_count) == (album, 2)
    assert (await immich.albums.async_get_album_info(album)).asset_count == 2
    assert await immich.tags.async_get_all_tags() == []
    statistics = await immich.server.async_get_server_statistics()
    assert (statistics.photos, statistics.videos) == (1, 1)


async def main(address, key, album, folder):
    server = urllib.parse.urlsplit(address)
    async with ClientSession() as session:
        immich = Immich(session, key, server.hostname, server.port, use_ssl=False)
        await immich.async_setup()
        await walk(immich, album, pathlib.Path(folder))
        stranger = Immich(session, "wrong", server.hostname, server.port, use_ssl=False)
        await stranger.async_setup()
        try:
            await stranger.users.async_get_my_user()
        except ImmichUnauthorizedError:
            return
        raise AssertionError("a wrong key opens the door")


asyncio.run(main(*sys.argv[1:]))
