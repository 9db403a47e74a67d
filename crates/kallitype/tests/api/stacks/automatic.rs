//! Stacks that no one asked for, by the rules of `--auto-stack`.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Engine, Exif, Picture, Server};
use crate::test_on_both;

impl Server {
    async fn start_with_all_stack_rules(engine: Engine) -> Self {
        let rules = "raw-jpeg,bursts,edited";
        Self::start_with(engine, |options| options.with("auto-stack", rules)).await
    }
}

/// A picture of this name that a camera took at a second of a minute.
fn shot(seed: u32, name: &str, second: u32, camera: &str) -> Picture {
    let date = format!("2024:02:03 04:05:{second:02}");
    let exif = Exif {
        date_time_original: Some(&date),
        make: Some(camera),
        ..Exif::default()
    };
    Picture::jpeg_with_exif(seed, exif).named(name)
}

async fn upload_all(server: &Server, pictures: &[Picture]) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for picture in pictures {
        ids.push(server.admin.upload(server, picture).await);
    }
    server.finish_jobs().await;
    ids
}

/// Each stack's assets, the primary first and the others in order, and its id.
async fn stacks(server: &Server) -> Vec<(Vec<Uuid>, Uuid)> {
    let answer = Answer::of(server.get(&server.admin, "/stacks")).await;
    let id = |value: &Value| {
        value
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("an id")
    };
    let told = |stack: &Value| {
        let assets: Vec<Uuid> = stack["assets"]
            .as_array()
            .expect("assets")
            .iter()
            .map(|asset| id(&asset["id"]))
            .collect();
        let (primary, others) = assets.split_first().expect("a primary");
        let mut others = others.to_vec();
        others.sort();
        ([&[*primary], &others[..]].concat(), id(&stack["id"]))
    };
    let mut stacks: Vec<_> = answer
        .json
        .as_array()
        .expect("a list")
        .iter()
        .map(told)
        .collect();
    stacks.sort();
    stacks
}

async fn assets_of_stacks(server: &Server) -> Vec<Vec<Uuid>> {
    stacks(server)
        .await
        .into_iter()
        .map(|(assets, _)| assets)
        .collect()
}

/// The same, to compare with.
fn expected(stacks: &[&[Uuid]]) -> Vec<Vec<Uuid>> {
    let mut stacks: Vec<Vec<Uuid>> = stacks
        .iter()
        .map(|assets| {
            let mut assets = assets.to_vec();
            assets[1..].sort();
            assets
        })
        .collect();
    stacks.sort();
    stacks
}

test_on_both! {
    async fn what_belongs_together_is_stacked(server: Server by start_with_all_stack_rules) {
        let ids = upload_all(&server, &[
            shot(1, "IMG_1.ARW", 10, "Sony"),
            shot(2, "IMG_1.JPG", 10, "Sony"),
            shot(3, "B1.jpg", 20, "Canon"),
            shot(4, "B2.jpg", 20, "Canon"),
            shot(5, "B3.jpg", 20, "Nikon"),
            shot(6, "IMG_0007.HEIC", 30, "Apple"),
            shot(7, "IMG_E0007.HEIC", 30, "Adobe"),
            shot(8, "IMG_1.PNG", 40, "Sony"),
            Picture::jpeg(9).named("B4.jpg"),
        ]).await;
        let [raw, jpeg, first, second, _, original, edited, ..] = ids[..] else { panic!("{ids:?}") };
        let all = expected(&[&[jpeg, raw], &[first, second], &[edited, original]]);
        assert_eq!(assets_of_stacks(&server).await, all);
        // What was taken apart stays apart, and what was changed by hand gets nothing more; the others do.
        let of = |assets: &[Uuid], stacks: &[(Vec<Uuid>, Uuid)]| {
            let found = stacks.iter().find(|(known, _)| known.contains(&assets[0]));
            found.expect("a stack").1
        };
        let known = stacks(&server).await;
        let (pair, burst, edits) = (of(&[raw], &known), of(&[first], &known), of(&[edited], &known));
        let gone = server.delete(&server.admin, &format!("/stacks/{pair}"));
        assert_eq!(Answer::of(gone).await.status, 204);
        let changed = server.put(&server.admin, &format!("/stacks/{edits}")).json(&json!({"primaryAssetId": original}));
        assert_eq!(Answer::of(changed).await.status, 200);
        for asset in [raw, jpeg] {
            server.admin.refresh(&server, asset).await;
        }
        let more = upload_all(&server, &[
            shot(11, "B0.jpg", 20, "Canon"),
            shot(12, "IMG_0007-edited.heic", 30, "Apple"),
            shot(13, "IMG_1.DNG", 10, "Sony"),
        ]).await;
        let now = expected(&[&[more[0], first, second], &[original, edited]]);
        assert_eq!(assets_of_stacks(&server).await, now);
        assert_eq!(of(&[first], &stacks(&server).await), burst, "it is the same stack");
        // An asset that was taken out stays out.
        let out = server.delete(&server.admin, &format!("/stacks/{burst}/assets/{second}"));
        assert_eq!(Answer::of(out).await.status, 204);
        server.admin.refresh(&server, second).await;
        server.finish_jobs().await;
        assert_eq!(assets_of_stacks(&server).await, expected(&[&[more[0], first], &[original, edited]]));
    }
}

test_on_both! {
    async fn what_is_there_is_stacked_when_the_rules_change(server: Server) {
        let mut server = server;
        let ids = upload_all(&server, &[
            shot(1, "IMG_1.ARW", 10, "Sony"),
            shot(2, "IMG_1.JPG", 10, "Sony"),
            shot(3, "IMG_2.JPG", 10, "Sony"),
            shot(4, "IMG_3.JPG", 30, "Sony"),
            shot(5, "IMG_3-edited.JPG", 30, "Other"),
        ]).await;
        assert_eq!(assets_of_stacks(&server).await, Vec::<Vec<Uuid>>::new(), "no one asked for it");
        server.stop();
        server.options = server.options.clone().with("auto-stack", "raw-jpeg");
        server.start_again();
        server.finish_jobs().await;
        assert_eq!(assets_of_stacks(&server).await, expected(&[&[ids[1], ids[0]]]));
        let stack = stacks(&server).await[0].1;
        assert_eq!(Answer::of(server.delete(&server.admin, &format!("/stacks/{stack}"))).await.status, 204);
        server.stop();
        server.options.arguments.retain(|word| !word.ends_with("raw-jpeg") && word != "--auto-stack");
        server.options = server.options.clone().with("auto-stack", "edited,raw-jpeg");
        server.start_again();
        server.finish_jobs().await;
        assert_eq!(assets_of_stacks(&server).await, expected(&[&[ids[4], ids[3]]]));
    }
}
