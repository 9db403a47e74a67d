//! Random operations of three users, and an app of each that is cut off again and again: in the end it has what an app has
//! that begins anew, and what the API says.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::App;
use crate::library::random::seed;
use crate::support::{Answer, Picture, Server, User};
use crate::test_on_both;

/// What happens in one run.
struct House<'a> {
    server: &'a Server,
    users: Vec<User>,
    random: StdRng,
    assets: Vec<(usize, Uuid)>,
    albums: Vec<(usize, String)>,
    stacks: Vec<(usize, String)>,
    memories: Vec<(usize, String)>,
    people: Vec<(usize, String)>,
    pictures: u32,
}

type Owned = (usize, String);

impl House<'_> {
    /// Sends a request of which no one knows whether it makes sense by now.
    async fn send(&self, who: usize, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.server.request_as(&self.users[who], method, path);
        let answer = Answer::of(request.json(body)).await;
        assert!(answer.status < 500, "{path} {body}: {answer:?}");
        answer
    }

    async fn make(&self, who: usize, path: &str, body: &Value) -> Option<Owned> {
        let answer = self.send(who, Method::POST, path, body).await;
        let id = answer.json["id"].as_str().filter(|_| answer.status < 300);
        id.map(|id| (who, id.to_owned()))
    }

    fn someone(&mut self) -> usize {
        self.random.random_range(0..self.users.len())
    }

    fn some_assets(&mut self, of: usize) -> Vec<Uuid> {
        let own = self.assets.iter().filter(|(owner, _)| *owner == of);
        let own: Vec<Uuid> = own.map(|(_, id)| *id).collect();
        let count = self.random.random_range(1..=3);
        own.sample(&mut self.random, count).copied().collect()
    }

    fn one(&mut self, things: fn(&Self) -> &Vec<Owned>) -> Option<Owned> {
        let things = things(self).clone();
        things.choose(&mut self.random).cloned()
    }

    async fn upload(&mut self, who: usize) {
        self.pictures += 1;
        let picture = Picture::jpeg(self.pictures);
        let id = self.users[who].upload(self.server, &picture).await;
        self.assets.push((who, id));
    }

    async fn happen(&mut self) {
        let who = self.someone();
        match self.random.random_range(0..17) {
            0 | 1 => self.upload(who).await,
            2 => self.change_partner(who).await,
            3 => {
                let assets = self.some_assets(who);
                let body = json!({"albumName": "Album", "assetIds": assets});
                let made = self.make(who, "/albums", &body).await;
                self.albums.extend(made);
            }
            4..=7 => self.change_album(who).await,
            8..=11 => self.change_assets(who).await,
            12 | 13 => self.change_stack(who).await,
            14 => self.change_memory(who).await,
            _ => self.change_person(who).await,
        }
    }

    async fn change_partner(&mut self, who: usize) {
        let other = self.users[self.random.random_range(0..self.users.len())].id;
        match self.random.random_range(0..3) {
            0 => {
                let path = format!("/partners/{other}");
                self.send(who, Method::DELETE, &path, &json!({})).await;
            }
            1 => {
                let path = format!("/partners/{other}");
                self.send(who, Method::PUT, &path, &json!({"inTimeline": true}))
                    .await;
            }
            _ => {
                let body = json!({"sharedWithId": other});
                self.send(who, Method::POST, "/partners", &body).await;
            }
        }
    }

    async fn change_album(&mut self, who: usize) {
        let Some((owner, album)) = self.one(|house| &house.albums) else {
            return;
        };
        let (assets, other) = (self.some_assets(who), self.someone());
        let other = self.users[other].id;
        let (path, ids) = (format!("/albums/{album}"), json!({"ids": assets}));
        match self.random.random_range(0..9) {
            0..=2 => {
                let users = json!({"albumUsers": [{"userId": other, "role": "editor"}]});
                self.send(owner, Method::PUT, &format!("{path}/users"), &users)
                    .await;
            }
            3 | 4 => {
                self.send(who, Method::PUT, &format!("{path}/assets"), &ids)
                    .await;
            }
            5 => {
                self.send(who, Method::DELETE, &format!("{path}/assets"), &ids)
                    .await;
            }
            6 => {
                let path = format!("{path}/user/{other}");
                self.send(owner, Method::DELETE, &path, &json!({})).await;
            }
            7 => {
                let body = json!({"albumName": format!("Album {}", self.pictures)});
                self.send(owner, Method::PATCH, &path, &body).await;
            }
            _ => {
                self.send(owner, Method::DELETE, &path, &json!({})).await;
            }
        }
    }

    async fn change_assets(&mut self, who: usize) {
        let ids = self.some_assets(who);
        let change = |name: &str, value: Value| json!({"ids": ids, name: value});
        let body = match self.random.random_range(0..9) {
            0 => change("isFavorite", json!(true)),
            1 => change("isFavorite", json!(false)),
            2 => change("visibility", json!("archive")),
            3 | 4 => change("visibility", json!("timeline")),
            5 => change("visibility", json!("locked")),
            6 => change("description", json!("some text")),
            7 => {
                let force = self.random.random_range(0..3) == 0;
                let body = json!({"ids": ids, "force": force});
                self.send(who, Method::DELETE, "/assets", &body).await;
                return;
            }
            _ => {
                let body = json!({"ids": ids});
                self.send(who, Method::POST, "/trash/restore/assets", &body)
                    .await;
                return;
            }
        };
        self.send(who, Method::PUT, "/assets", &body).await;
    }

    async fn change_stack(&mut self, who: usize) {
        if self.random.random_range(0..2) == 0 {
            let body = json!({"assetIds": self.some_assets(who)});
            let made = self.make(who, "/stacks", &body).await;
            self.stacks.extend(made);
        } else if let Some((owner, stack)) = self.one(|house| &house.stacks) {
            let path = format!("/stacks/{stack}");
            self.send(owner, Method::DELETE, &path, &json!({})).await;
        }
    }

    async fn change_memory(&mut self, who: usize) {
        let assets = self.some_assets(who);
        let chosen = self.random.random_range(0..4);
        let memory = self.one(|house| &house.memories).filter(|_| chosen > 0);
        let Some((owner, memory)) = memory else {
            let body = json!({"type": "on_this_day", "data": {"year": 2020}, "memoryAt": "2020-01-02T00:00:00.000Z",
                "assetIds": assets});
            let made = self.make(who, "/memories", &body).await;
            self.memories.extend(made);
            return;
        };
        let (path, ids) = (format!("/memories/{memory}"), json!({"ids": assets}));
        match chosen {
            1 => {
                self.send(owner, Method::PUT, &format!("{path}/assets"), &ids)
                    .await
            }
            2 => {
                self.send(owner, Method::DELETE, &format!("{path}/assets"), &ids)
                    .await
            }
            _ => self.send(owner, Method::DELETE, &path, &json!({})).await,
        };
    }

    async fn change_person(&mut self, who: usize) {
        let assets = self.some_assets(who);
        let chosen = self.random.random_range(0..4);
        let person = self.one(|house| &house.people).filter(|_| chosen > 0);
        let Some((owner, person)) = person else {
            let made = self.make(who, "/people", &json!({"name": "Ada"})).await;
            self.people.extend(made);
            return;
        };
        let path = format!("/people/{person}");
        match (chosen, assets.first()) {
            (1, Some(asset)) => {
                let face = json!({"assetId": asset, "personId": person, "imageWidth": 40, "imageHeight": 40, "x": 1, "y": 1,
                    "width": 9, "height": 9});
                self.send(owner, Method::POST, "/faces", &face).await;
            }
            (2, _) => {
                self.send(owner, Method::PUT, &path, &json!({"name": "Eve"}))
                    .await;
            }
            _ => {
                self.send(owner, Method::DELETE, &path, &json!({})).await;
            }
        }
    }

    async fn get(&self, who: usize, path: &str) -> Value {
        let answer = Answer::of(self.server.get(&self.users[who], path)).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json
    }

    /// What an app has is what the API says.
    async fn compare(&self, who: usize, app: &App, what: &str) {
        let ids = |list: &Value| -> BTreeSet<String> {
            let list = list.as_array().expect("a list").iter();
            list.map(|one| one["id"].as_str().expect("an id").to_owned())
                .collect()
        };
        let keys = |table: &str| -> BTreeSet<String> { app.table(table).into_keys().collect() };
        let mut albums = ids(&self.get(who, "/albums?shared=true").await);
        albums.extend(ids(&self.get(who, "/albums").await));
        assert_eq!(keys("album"), albums, "{what}: albums");
        for album in &albums {
            let told = app.table("album asset").into_values();
            let told = told.filter(|row| row["albumId"] == json!(album));
            let told: BTreeSet<String> = told
                .map(|row| row["assetId"].as_str().expect("an id").to_owned())
                .collect();
            let shown = self.get(who, &format!("/albums/{album}")).await;
            assert_eq!(told, ids(&shown["assets"]), "{what}: album {album}");
        }
        let stacks = app
            .shown()
            .remove("stack")
            .unwrap_or_default()
            .into_values();
        let me = json!(self.users[who].id);
        let own = stacks.filter(|stack| stack["ownerId"] == me);
        let own: BTreeSet<String> = own
            .map(|stack| stack["id"].as_str().expect("an id").to_owned())
            .collect();
        let stacks = ids(&self.get(who, "/stacks").await);
        assert!(
            own.is_superset(&stacks),
            "{what}: stacks {own:?} {stacks:?}"
        );
        let memories = ids(&self.get(who, "/memories").await);
        assert!(keys("memory").is_superset(&memories), "{what}: memories");
        let body = json!({"limit": 1000, "updatedUntil": "2100-01-01T00:00:00.000Z"});
        let all = self
            .send(who, Method::POST, "/sync/full-sync", &body)
            .await
            .json;
        let own = app
            .table("asset")
            .into_values()
            .filter(|asset| asset["ownerId"] == me);
        let own: BTreeSet<String> = own
            .map(|asset| asset["id"].as_str().expect("an id").to_owned())
            .collect();
        assert_eq!(own, ids(&all), "{what}: assets");
        for asset in all.as_array().expect("a list") {
            let told = &app.table("asset")[asset["id"].as_str().expect("an id")];
            for name in ["isFavorite", "visibility", "thumbhash", "checksum"] {
                assert_eq!(told[name], asset[name], "{what}: {name} of {asset}");
            }
            assert_eq!(
                told["deletedAt"].is_string(),
                asset["isTrashed"] == json!(true),
                "{what}"
            );
        }
        for partner in self
            .get(who, "/partners?direction=shared-with")
            .await
            .as_array()
            .expect("a list")
        {
            let owner = partner["id"].clone();
            let body =
                json!({"limit": 1000, "updatedUntil": "2100-01-01T00:00:00.000Z", "userId": owner});
            let timeline = ids(&self
                .send(who, Method::POST, "/sync/full-sync", &body)
                .await
                .json);
            let told = app.table("asset").into_values();
            let told = told.filter(|asset| asset["ownerId"] == owner);
            let told: BTreeSet<String> = told
                .map(|asset| asset["id"].as_str().expect("an id").to_owned())
                .collect();
            assert!(
                told.is_superset(&timeline),
                "{what}: timeline of {owner}: {told:?} {timeline:?}"
            );
        }
    }
}

async fn run_once(server: &Server, seed: u64) {
    let what = format!("KALLITYPE_TEST_SEED={seed}");
    let mut users = vec![server.admin.clone()];
    for email in ["second@example.org", "third@example.org"] {
        users.push(User::another(server, email).await);
    }
    for user in &users {
        user.unlock(server).await;
    }
    let mut apps: Vec<App> = users.iter().map(App::new).collect();
    let mut house = House {
        server,
        users,
        random: StdRng::seed_from_u64(seed),
        assets: Vec::new(),
        albums: Vec::new(),
        stacks: Vec::new(),
        memories: Vec::new(),
        people: Vec::new(),
        pictures: 0,
    };
    for who in [0, 0, 1, 1, 2, 2] {
        house.upload(who).await;
    }
    for _ in 0..100 {
        house.happen().await;
        let app = house.someone();
        if house.random.random_range(0..3) == 0 {
            apps[app].be_cut_off(server, &mut house.random).await;
        }
    }
    server.finish_jobs().await;
    for (who, app) in apps.iter_mut().enumerate() {
        app.catch_up(server).await;
        let session = User::login(server.http(), &server.address, &house.users[who].email).await;
        let mut fresh = App::new(&session);
        fresh.catch_up(server).await;
        assert_eq!(app.shown(), fresh.shown(), "{what}: user {who}");
        house.compare(who, app, &what).await;
    }
}

test_on_both! {
    async fn random_operations_are_followed(server: Server) {
        run_once(&server, seed()).await;
    }
}
