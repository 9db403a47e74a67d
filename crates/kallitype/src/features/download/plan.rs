//! Which assets go into which archive.

use futures_util::{StreamExt, stream};
use uuid::Uuid;

use super::dto::{DownloadArchiveInfo, DownloadResponseDto};
use super::queries::SizedRow;
use kallitype_web::error::Result;
use kallitype_web::stream::{Json, items, object, parted};

/// Archives of some bytes each. Of a million assets it keeps the ids, and nothing else that grows with them.
#[derive(Debug)]
pub(crate) struct Plan {
    archive_size: i64,
    max_assets: usize,
    /// Those of all archives, one archive after the other.
    ids: Vec<Uuid>,
    archives: Vec<Archive>,
    /// Bytes of the assets behind the last archive.
    open_size: i64,
}

#[derive(Debug)]
struct Archive {
    size: i64,
    /// Where the ids of the next one begin.
    end: usize,
}

impl Plan {
    /// Of nothing yet, in archives that are closed as soon as they have more than these bytes, or so many assets.
    #[must_use]
    pub(crate) fn new(archive_size: i64, max_assets: usize) -> Self {
        Self {
            archive_size,
            max_assets,
            ids: Vec::new(),
            archives: Vec::new(),
            open_size: 0,
        }
    }

    /// Puts an asset into the last archive.
    pub(crate) fn add(&mut self, asset: &SizedRow) {
        self.ids.push(asset.id);
        self.open_size = self.open_size.saturating_add(asset.size);
        if self.open_size > self.archive_size || self.open_assets() >= self.max_assets {
            self.close();
        }
    }

    /// How many assets are behind the last archive.
    fn open_assets(&self) -> usize {
        let begin = self.archives.last().map_or(0, |last| last.end);
        self.ids.len() - begin
    }

    fn close(&mut self) {
        let size = std::mem::take(&mut self.open_size);
        if self.open_assets() > 0 {
            let end = self.ids.len();
            self.archives.push(Archive { size, end });
        }
    }

    /// The answer, which is written while it is read.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no plan causes.
    pub(crate) fn into_json(mut self) -> Result<Json> {
        self.close();
        let answer = DownloadResponseDto {
            archives: Vec::new(),
            total_size: self.archives.iter().map(|archive| archive.size).sum(),
        };
        let (ids, mut begin) = (self.ids, 0);
        let archives = self.archives.into_iter().map(move |Archive { size, end }| {
            let archive = write_archive(size, &ids[begin..end]);
            begin = end;
            archive.unwrap_or_else(|error| {
                stream::once(async { Err(std::io::Error::other(error)) }).boxed()
            })
        });
        object(&answer, "archives", parted(archives))
    }
}

fn write_archive(size: i64, ids: &[Uuid]) -> Result<Json> {
    let archive = DownloadArchiveInfo {
        asset_ids: Vec::new(),
        size,
    };
    object(&archive, "assetIds", items(ids, async |ids| Ok(ids)))
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;
    use serde_json::{Value, json};

    use super::*;

    async fn planned(archive_size: i64, max_assets: usize, sizes: &[i64]) -> Value {
        let mut plan = Plan::new(archive_size, max_assets);
        for (number, size) in (0..).zip(sizes) {
            plan.add(&SizedRow {
                id: Uuid::from_u128(number),
                size: *size,
            });
        }
        let chunks: Vec<_> = plan.into_json().unwrap().try_collect().await.unwrap();
        serde_json::from_slice(&chunks.concat()).unwrap()
    }

    fn archive(size: i64, numbers: std::ops::Range<u128>) -> Value {
        let ids: Vec<Uuid> = numbers.map(Uuid::from_u128).collect();
        json!({"assetIds": ids, "size": size})
    }

    #[tokio::test]
    async fn an_archive_is_closed_as_soon_as_it_is_larger_than_wanted() {
        assert_eq!(
            planned(10, 9, &[]).await,
            json!({"archives": [], "totalSize": 0})
        );
        let exactly = planned(10, 9, &[4, 6, 1, 20, 0]).await;
        let archives = [archive(11, 0..3), archive(20, 3..4), archive(0, 4..5)];
        assert_eq!(exactly, json!({"archives": archives, "totalSize": 31}));
    }

    #[tokio::test]
    async fn an_archive_is_closed_as_soon_as_no_more_can_be_asked_for() {
        let pairs = planned(10, 2, &[1, 1, 1]).await;
        let archives = [archive(2, 0..2), archive(1, 2..3)];
        assert_eq!(pairs, json!({"archives": archives, "totalSize": 3}));
    }

    #[tokio::test]
    async fn long_archives_are_written_whole() {
        let long = planned(5000, 9000, &[1; 5001]).await;
        assert_eq!(
            long,
            json!({"archives": [archive(5001, 0..5001)], "totalSize": 5001})
        );
    }
}
