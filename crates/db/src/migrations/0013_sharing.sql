-- Who shows what to whom, so that what they may not share any more is not shown. Read by SQLite and PostgreSQL alike.

-- Who put an asset into an album. Of what is there already: its owner, if they are in the album, else the album's.
ALTER TABLE album_asset ADD COLUMN added_by UUID;
UPDATE album_asset SET added_by = COALESCE(
    (SELECT member.user_id FROM album_user member JOIN asset ON asset.owner_id = member.user_id
     WHERE member.album_id = album_asset.album_id AND asset.id = album_asset.asset_id),
    (SELECT member.user_id FROM album_user member
     WHERE member.album_id = album_asset.album_id AND member.role = 'owner'));

-- A video without what it says of itself, for links that hide metadata.
ALTER TABLE asset ADD COLUMN bare_video_path TEXT;
