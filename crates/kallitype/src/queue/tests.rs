//! What the queue's SQL promises workers, on both databases, and what claiming costs.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::kind::{JobKind, JobName, Lane};
use super::table::{Claim, Claimed, claim, complete, fail, release_all, renew, take_turn};
use super::{enqueue, enqueue_later};
use crate::test_database::{TestDatabase, on_both};
use kallitype_db::{Connection, Result, new_id};
use kallitype_web::time::HOUR;

const LEASE: i64 = 15_000_000;
/// An empty queue.
struct Queue(TestDatabase);

impl From<TestDatabase> for Queue {
    fn from(database: TestDatabase) -> Self {
        Self(database)
    }
}

impl Queue {
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Connection<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.0.write(work).await
    }

    async fn execute(&self, sql: &'static str) -> u64 {
        self.0.execute(sql).await
    }

    async fn claim(&self) -> Option<Claimed> {
        let work = |connection: &mut Connection<'_>| claim(connection, Lane::Pictures, LEASE, &[]);
        match self.write(work).await {
            Claim::Job(job) => Some(job),
            Claim::Nothing(_) => None,
        }
    }
}

on_both! {
    async fn a_stale_lease_changes_nothing(queue: Queue) {
        queue.write(|connection| enqueue(connection, JobKind::ExtractMetadata, new_id())).await;
        let stale = queue.claim().await.expect("a job");
        assert!(queue.claim().await.is_none(), "it is leased");
        queue.execute("UPDATE job SET leased_until = 0").await;
        let taken = queue.claim().await.expect("the same job");
        assert_eq!((taken.id, taken.attempts), (stale.id, 2));

        let (one, two, three) = (stale.clone(), stale.clone(), stale);
        assert!(!queue.write(move |connection| renew(connection, &one, LEASE, Some(99))).await);
        assert!(!queue.write(move |connection| complete(connection, &two)).await);
        assert!(!queue.write(move |connection| fail(connection, &three, "late", None)).await);
        let untouched = "UPDATE job SET kind = kind \
            WHERE state = 'leased' AND progress IS NULL AND error IS NULL AND leased_until > 0";
        assert_eq!(queue.execute(untouched).await, 1);

        let renewed = taken.clone();
        assert!(queue.write(move |connection| renew(connection, &renewed, LEASE, None)).await);
        assert!(queue.write(move |connection| complete(connection, &taken)).await);
        assert_eq!(queue.execute("DELETE FROM job").await, 0, "it is done");
    }

    async fn a_job_asked_for_again_is_done_again(queue: Queue) {
        let subject = new_id();
        queue.write(move |connection| enqueue(connection, JobKind::ExtractMetadata, subject)).await;
        let first = queue.claim().await.expect("a job");
        queue.write(move |connection| enqueue(connection, JobKind::ExtractMetadata, subject)).await;
        assert!(queue.claim().await.is_none(), "it is still being done");
        assert!(queue.write(move |connection| complete(connection, &first)).await);
        let again = queue.claim().await.expect("the job again");
        assert_eq!((again.subject, again.attempts), (subject, 1));
        queue.write(release_all).await;
        assert!(!queue.write(move |connection| complete(connection, &again)).await);
    }

    async fn what_cannot_be_done_now_holds_nothing_up(queue: Queue) {
        queue.write(|connection| {
            for _ in 0..20 {
                enqueue(connection, JobKind::ExtractMetadata, new_id())?;
                enqueue_later(connection, JobKind::WriteSidecar, new_id(), HOUR)?;
            }
            enqueue(connection, JobKind::GenerateThumbnails, new_id())?;
            connection.execute("INSERT INTO paused_queue (name) VALUES ('metadataExtraction')", &[])
        }).await;
        assert_eq!(queue.claim().await.map(|job| job.kind), Some(JobKind::GenerateThumbnails));
        let due = match queue.write(|connection| claim(connection, Lane::Pictures, LEASE, &[])).await {
            Claim::Nothing(due) => due.expect("the lease ends"),
            Claim::Job(job) => panic!("{job:?}"),
        };
        assert!((0..=LEASE).contains(&due), "{due}");
        queue.execute("UPDATE job SET run_at = 0 WHERE state = 'scheduled'").await;
        assert_eq!(queue.claim().await.map(|job| job.kind), Some(JobKind::WriteSidecar));
        queue.execute("DELETE FROM paused_queue").await;
        let full = [JobName::MetadataExtraction, JobName::Sidecar];
        let none = queue.write(move |connection| claim(connection, Lane::Pictures, LEASE, &full)).await;
        assert!(matches!(none, Claim::Nothing(_)), "{none:?}");
        let full = Lane::Pictures.queues();
        let none = queue.write(move |connection| claim(connection, Lane::Pictures, LEASE, &full)).await;
        assert!(matches!(none, Claim::Nothing(_)), "{none:?}");
        assert_eq!(queue.claim().await.map(|job| job.kind), Some(JobKind::ExtractMetadata));
    }

    async fn what_comes_round_is_started_once_for_a_moment(queue: Queue) {
        let take = async |name: &'static str, due: i64| {
            queue.write(move |connection| take_turn(connection, name, due)).await
        };
        assert!(take("at night", 5).await);
        assert!(!take("at night", 5).await, "another server has");
        assert!(!take("at night", 4).await, "the clock went back");
        assert!(take("at noon", 5).await);
        assert!(take("at night", 6).await);
    }

    async fn a_job_that_failed_comes_back_after_its_pause(queue: Queue) {
        queue.write(|connection| enqueue(connection, JobKind::ExtractMetadata, new_id())).await;
        let job = queue.claim().await.expect("a job");
        assert!(queue.write(move |connection| fail(connection, &job, "no", Some(HOUR))).await);
        assert!(queue.claim().await.is_none());
        queue.execute("UPDATE job SET run_at = 0").await;
        let job = queue.claim().await.expect("the job again");
        assert!(queue.write(move |connection| fail(connection, &job, "never", None)).await);
        assert!(queue.claim().await.is_none());
        assert_eq!(queue.execute("UPDATE job SET run_at = 0 WHERE state = 'failed'").await, 1);
        assert!(queue.claim().await.is_none());
    }

    async fn no_job_is_claimed_twice(queue: Queue) {
        queue.write(|connection| {
            (0..200).try_for_each(|_| enqueue(connection, JobKind::ExtractMetadata, new_id()))
        }).await;
        let queue = std::sync::Arc::new(queue);
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let queue = queue.clone();
            workers.spawn(async move {
                let mut claimed = Vec::new();
                while let Some(job) = queue.claim().await {
                    claimed.push(job.id);
                }
                claimed
            });
        }
        let claimed: Vec<Uuid> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(claimed.len(), 200);
        assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 200);
    }
}

/// How many jobs wait, and how many claims are measured.
const LENGTHS: [i64; 3] = [1000, 100_000, 1_000_000];
const CLAIMS: u32 = 300;

/// Jobs of two queues that are ready, before them in the order of priorities as many of a paused queue, and as many
/// whose time has not come.
async fn fill(queue: &Queue, length: i64) {
    let fill = move |connection: &mut Connection<'_>| {
        let id = connection.random_uuid();
        let sql = format!(
            "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {length}) \
             INSERT INTO job (id, kind, subject_id, lane, queue, priority, state, run_at, generation, attempts, created_at) \
             SELECT {id}, CASE n % 4 WHEN 0 THEN 'write-sidecar' WHEN 3 THEN 'generate-thumbnails' ELSE 'extract-metadata' END, \
             {id}, 'pictures', \
             CASE n % 4 WHEN 0 THEN 'sidecar' WHEN 3 THEN 'thumbnailGeneration' ELSE 'metadataExtraction' END, \
             CASE n % 4 WHEN 0 THEN 5 WHEN 1 THEN 5 WHEN 2 THEN 10 ELSE 20 END, \
             CASE n % 4 WHEN 1 THEN 'scheduled' ELSE 'ready' END, \
             CASE n % 4 WHEN 1 THEN clock_micros() + 86400000000 + n ELSE n END, 0, 0, n FROM series"
        );
        connection.execute(sql.leak(), &[])?;
        connection.execute("INSERT INTO paused_queue (name) VALUES ('sidecar')", &[])
    };
    queue.write(fill).await;
    queue.execute("ANALYZE job").await;
}

/// Measures all lengths in turns, so that a noisy disk is noisy for all, and tells the medians.
async fn measure(name: &str, make: impl AsyncFn() -> Option<Queue>) {
    let mut queues = Vec::new();
    for length in LENGTHS {
        let Some(queue) = make().await else {
            return;
        };
        fill(&queue, length).await;
        queues.push((length, queue, Vec::new(), Vec::new()));
    }
    for _ in 0..CLAIMS {
        for (_, queue, claiming, finishing) in &mut queues {
            let begun = Instant::now();
            let job = queue.claim().await.expect("a job");
            claiming.push(begun.elapsed());
            let begun = Instant::now();
            queue
                .write(move |connection| complete(connection, &job))
                .await;
            finishing.push(begun.elapsed());
        }
    }
    for (length, _, claiming, finishing) in queues {
        println!(
            "{name:<12} {length:>9} waiting: {:>6.0} claims/s, {:>6.0} completions/s",
            rate(claiming),
            rate(finishing),
        );
    }
}

/// How many fit into a second, by the median.
fn rate(mut durations: Vec<Duration>) -> f64 {
    durations.sort();
    durations[durations.len() / 2].as_secs_f64().recip()
}

#[tokio::test]
#[ignore = "a measurement: `make bench-queue`"]
async fn bench_claims() {
    measure("SQLite", async || {
        Some(Queue(TestDatabase::on_sqlite().await))
    })
    .await;
    measure("PostgreSQL", async || {
        TestDatabase::on_postgres().await.map(Queue)
    })
    .await;
}
