//! What a library between the server and its database costs, measured side by side on SQLite and PostgreSQL.
//!
//! Every contender does the same four things, each in a file of its own, called as the server calls it: from
//! tasks of a tokio runtime. `cargo run --release -- [ROUNDS]` prints one table with the medians of all rounds.
//! PostgreSQL's programs are looked for in `$PG_BIN`, else where `pg_config` says.

mod asset;
mod pool;
mod target;
mod with_diesel;
mod with_own_layer;
mod with_sea_orm;
mod with_sea_query;
mod with_sqlx;

use asset::Asset;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use target::{Target, Targets};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;
use with_diesel::Diesel;
use with_own_layer::OwnLayer;
use with_sea_orm::SeaOrm;
use with_sea_query::SeaQuery;
use with_sqlx::Sqlx;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Failure> = std::result::Result<T, E>;

/// How many connections a pool may open.
const CONNECTIONS: usize = 8;
const ASSETS: i64 = 10_000;
const FINDS: usize = 20_000;
const LISTS: usize = 5;
const INSERTS: usize = 2_000;
/// How many inserts share one commit at most.
const BATCH: usize = 256;

const MEASURES: [&str; 5] = [
    "find, 1 task (/s)",
    "find, 32 tasks (/s)",
    "list 10,000 (ms)",
    "insert, 8 tasks (/s)",
    "insert, shared commits (/s)",
];

/// The figures of one round in the order of `MEASURES`; PostgreSQL has nothing for the last.
type Figures = [Option<f64>; MEASURES.len()];

/// What every library is asked to do.
trait Contender: Clone + Send + Sync + 'static {
    fn open(target: &Target) -> impl Future<Output = Result<Self>> + Send;
    /// One asset by its id.
    fn find(&self, id: Uuid) -> impl Future<Output = Result<Asset>> + Send;
    /// All assets of an owner, newest first.
    fn list(&self, owner: Uuid) -> impl Future<Output = Result<Vec<Asset>>> + Send;
    /// Writes assets durably: one by its statement alone, several in one transaction with a savepoint for each.
    fn insert(&self, assets: Vec<Asset>) -> impl Future<Output = Result<()>> + Send;
}

/// Measures one library on one database.
type Run = fn(&Target, &Arc<[Asset]>) -> Result<Figures>;

const LIBRARIES: [(&str, Run); 5] = [
    ("own layer", run::<OwnLayer>),
    ("sqlx", run::<Sqlx>),
    ("sqlx + sea-query", run::<SeaQuery>),
    ("SeaORM", run::<SeaOrm>),
    ("diesel", run::<Diesel>),
];

fn main() -> Result<()> {
    let rounds = match std::env::args().nth(1) {
        Some(rounds) => rounds.parse()?,
        None => 5,
    };
    let owner = Uuid::now_v7();
    let sample = |number| Asset::sample(owner, number);
    let assets: Arc<[Asset]> = (0..ASSETS).map(sample).collect();
    let targets = Targets::fill(&assets)?;
    let mut measured: BTreeMap<(&str, usize), Vec<Figures>> = BTreeMap::new();
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for place in 0..LIBRARIES.len() {
            // Whoever comes first in this round comes last in the next.
            let library = (round + place) % LIBRARIES.len();
            let (_, run) = LIBRARIES[library];
            let on_sqlite = run(&targets.sqlite()?, &assets)?;
            let on_postgres = run(&targets.postgres()?, &assets)?;
            let mut add = |engine, figures| {
                measured.entry((engine, library)).or_default().push(figures);
            };
            add("SQLite", on_sqlite);
            add("PostgreSQL", on_postgres);
        }
    }
    print(&measured);
    Ok(())
}

fn run<C: Contender>(target: &Target, assets: &Arc<[Asset]>) -> Result<Figures> {
    let runtime = tokio::runtime::Runtime::new()?;
    // Kept until the tasks are done: blocking connections must not be closed from within the runtime.
    let contender = runtime.block_on(C::open(target))?;
    runtime.block_on(measure(&contender, target, assets))
}

async fn measure<C: Contender>(
    contender: &C,
    target: &Target,
    assets: &Arc<[Asset]>,
) -> Result<Figures> {
    let owner = check(contender, assets).await?;
    let newcomer = Uuid::now_v7();
    let find = {
        let assets = assets.clone();
        move |contender: C, number: usize| {
            let id = assets[number * 7_919 % assets.len()].id;
            async move { contender.find(id).await.map(drop) }
        }
    };
    let list = move |contender: C, _| async move { contender.list(owner).await.map(drop) };
    let insert = move |contender: C, number: usize| async move {
        contender
            .insert(vec![Asset::sample(newcomer, number as i64)])
            .await
    };
    // Opens the connections and fills the caches.
    rate(contender, 32, FINDS / 4, find.clone()).await?;
    let finds_alone = rate(contender, 1, FINDS, find.clone()).await?;
    let finds_together = rate(contender, 32, FINDS, find).await?;
    let lists = rate(contender, 1, LISTS, list).await?;
    let inserts = rate(contender, 8, INSERTS, insert).await?;
    let shared = match target {
        Target::Sqlite(_) => {
            let sharing = Sharing::start(contender.clone());
            Some(rate(&sharing, 8, INSERTS, Sharing::insert).await?)
        }
        // It gathers commits by itself.
        Target::Postgres(_) => None,
    };
    Ok([
        Some(finds_alone),
        Some(finds_together),
        Some(1000.0 / lists),
        Some(inserts),
        shared,
    ])
}

/// Makes sure that a contender reads and writes what the others do, and answers the owner of the assets.
async fn check<C: Contender>(contender: &C, assets: &[Asset]) -> Result<Uuid> {
    let first = assets.first().ok_or("there is nothing to compare")?;
    let added = Asset::sample(Uuid::now_v7(), 0);
    contender.insert(vec![added.clone()]).await?;
    let listed = contender.list(first.owner_id).await?;
    let same = contender.find(first.id).await? == *first
        && contender.find(added.id).await? == added
        && listed.iter().eq(assets.iter().rev());
    if same {
        Ok(first.owner_id)
    } else {
        Err("a contender reads something else than was written".into())
    }
}

/// How often a second `tasks` tasks get `work` done when they share `count` calls of it.
async fn rate<C, F>(
    subject: &C,
    tasks: usize,
    count: usize,
    work: impl Fn(C, usize) -> F + Clone + Send + 'static,
) -> Result<f64>
where
    C: Clone + Send + 'static,
    F: Future<Output = Result<()>> + Send,
{
    let started = Instant::now();
    let spawn = |task| {
        let (subject, work) = (subject.clone(), work.clone());
        tokio::spawn(async move {
            for number in (task..count).step_by(tasks) {
                work(subject.clone(), number).await?;
            }
            Ok::<_, Failure>(())
        })
    };
    let running: Vec<_> = (0..tasks).map(spawn).collect();
    for task in running {
        task.await??;
    }
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

/// Inserts of many tasks, committed together: while one commit waits for the disk the next batch gathers.
#[derive(Clone)]
struct Sharing {
    orders: mpsc::UnboundedSender<(Asset, oneshot::Sender<bool>)>,
    owner: Uuid,
}

impl Sharing {
    fn start<C: Contender>(contender: C) -> Self {
        let (orders, mut waiting) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut batch: Vec<(Asset, oneshot::Sender<bool>)> = Vec::new();
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                let (assets, replies): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
                let committed = contender.insert(assets).await.is_ok();
                for reply in replies {
                    // Whoever asked may have given up.
                    reply.send(committed).ok();
                }
            }
        });
        Self {
            orders,
            owner: Uuid::now_v7(),
        }
    }

    async fn insert(self, number: usize) -> Result<()> {
        let (reply, committed) = oneshot::channel();
        self.orders
            .send((Asset::sample(self.owner, number as i64), reply))?;
        if committed.await? {
            Ok(())
        } else {
            Err("a batch was not committed".into())
        }
    }
}

fn print(measured: &BTreeMap<(&str, usize), Vec<Figures>>) {
    println!("| | {} |", MEASURES.join(" | "));
    println!("|---{}|", "|--:".repeat(MEASURES.len()));
    for ((engine, library), rounds) in measured {
        let medians = (0..MEASURES.len()).map(|measure| {
            let mut figures: Vec<f64> = rounds.iter().filter_map(|round| round[measure]).collect();
            figures.sort_by(f64::total_cmp);
            figures
                .get(figures.len() / 2)
                .map_or("–".into(), |median| format!("{median:.0}"))
        });
        println!(
            "| {engine}, {} | {} |",
            LIBRARIES[*library].0,
            medians.collect::<Vec<_>>().join(" | ")
        );
    }
}
