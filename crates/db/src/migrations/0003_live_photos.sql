-- What the picture and the video of a live photo have in common, by which they find each other.
-- Read by SQLite and PostgreSQL alike.
ALTER TABLE exif ADD COLUMN live_photo_cid TEXT;
CREATE INDEX exif_live_photo ON exif (live_photo_cid) WHERE live_photo_cid IS NOT NULL;
