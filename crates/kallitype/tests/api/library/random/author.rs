use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use super::operations::{OPERATIONS, Operation};
use crate::support::user::PASSWORD;
use crate::support::{Answer, Server, User};

/// Every password that anyone has here: who does not know which one it is at present tries all.
pub const PASSWORDS: [&str; 3] = [PASSWORD, "an other password", "noch ein Paßwort"];

/// How long a client that hangs up waits before, at most.
const MAX_WAIT: Duration = Duration::from_millis(4);

/// How often a client looks for an operation that it can do with what it knows.
const TRIES: usize = 1000;

/// What there is to do something with, each with an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Account,
    Activity,
    Album,
    ApiKey,
    Asset,
    DeletedAccount,
    Face,
    Library,
    Link,
    Memory,
    Notification,
    Person,
    Session,
    Stack,
    Tag,
    Video,
}

/// Someone with an account.
pub struct Person {
    pub user: User,
    pub is_admin: bool,
    pub password: &'static str,
    pub known: BTreeMap<Thing, Vec<Uuid>>,
    /// The keys of links that take uploads.
    pub link_keys: Vec<String>,
    /// Albums, and who was invited to each.
    pub invited: Vec<(Uuid, Uuid)>,
    /// Stacks, and what was put into each.
    pub stacked: Vec<(Uuid, Uuid)>,
}

impl Person {
    fn new(user: User, is_admin: bool) -> Self {
        Self {
            user,
            is_admin,
            password: PASSWORD,
            known: BTreeMap::new(),
            link_keys: Vec::new(),
            invited: Vec::new(),
            stacked: Vec::new(),
        }
    }
}

/// What all clients have in common.
#[derive(Default)]
pub struct Board {
    /// Who is there from the beginning to the end.
    pub people: Vec<Uuid>,
    /// Albums that are talked about; not everyone may see them.
    albums: Mutex<Vec<Uuid>>,
    /// Who shares their timeline, and with whom.
    partners: Mutex<Vec<(Uuid, Uuid)>>,
}

impl Board {
    pub fn of(people: Vec<Uuid>) -> Self {
        Self {
            people,
            ..Self::default()
        }
    }

    fn albums(&self) -> MutexGuard<'_, Vec<Uuid>> {
        self.albums.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn partners(&self) -> MutexGuard<'_, Vec<(Uuid, Uuid)>> {
        self.partners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How requests are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Every answer is waited for.
    Patient,
    /// Every second one is not.
    HangingUp,
}

/// A client that sends random requests on behalf of a few people, one after the other.
pub struct Author {
    pub random: StdRng,
    pub board: Arc<Board>,
    /// The first of them is an administrator, and stays.
    pub people: Vec<Person>,
    /// Makes names that no other client makes.
    pub number: usize,
    named: usize,
    /// What was done.
    pub done: BTreeSet<&'static str>,
}

/// One person's turn.
pub struct Turn<'a> {
    pub random: &'a mut StdRng,
    pub board: &'a Board,
    pub me: &'a Person,
    /// What nothing else is called.
    pub name: String,
}

impl Author {
    pub fn new(seed: u64, number: usize, board: Arc<Board>, admin: User) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed.wrapping_add(number as u64)),
            board,
            people: vec![Person::new(admin, true)],
            number,
            named: 0,
            done: BTreeSet::new(),
        }
    }

    /// Does so many operations.
    pub async fn work(&mut self, server: &Server, count: usize, manner: Manner) {
        for _ in 0..count {
            let (person, operation, call) = self.next();
            if manner == Manner::HangingUp && self.random.random() {
                let after = self.random.random_range(Duration::ZERO..MAX_WAIT);
                call.hang_up(server, after).await;
                continue;
            }
            let answer = call.send(server).await;
            assert!(answer.status < 500, "{call:?}: {answer:?}");
            if answer.status == 401 {
                let is_back = self.people[person].sign_in(server).await;
                if !is_back && person > 0 {
                    self.people.remove(person);
                }
            } else if answer.status < 300 {
                self.done.insert(operation.name);
                self.learn(server, person, operation, &call, &answer).await;
            }
        }
    }

    /// Sends a request for every operation, in any order, and waits for none. Answers what there was something to do with.
    pub async fn hang_up_on_everything(&mut self, server: &Server) -> Vec<&'static str> {
        let mut operations: Vec<&'static Operation> = OPERATIONS.iter().collect();
        operations.shuffle(&mut self.random);
        let mut sent = Vec::new();
        for operation in operations {
            let call = (0..TRIES).find_map(|_| {
                let person = self.random.random_range(0..self.people.len());
                self.call(person, operation)
            });
            if let Some(call) = call {
                let after = self.random.random_range(Duration::ZERO..MAX_WAIT);
                call.hang_up(server, after).await;
                sent.push(operation.name);
            }
        }
        sent
    }

    /// Something that someone can do with what they know.
    fn next(&mut self) -> (usize, &'static Operation, Call) {
        for _ in 0..TRIES {
            let person = self.random.random_range(0..self.people.len());
            let operation = OPERATIONS
                .choose_weighted(&mut self.random, |operation| operation.weight)
                .expect("operations");
            if let Some(call) = self.call(person, operation) {
                return (person, operation, call);
            }
        }
        panic!("there is nothing to do");
    }

    /// A person's request for an operation, if they know something to do it with.
    fn call(&mut self, person: usize, operation: &'static Operation) -> Option<Call> {
        self.named += 1;
        let mut turn = Turn {
            random: &mut self.random,
            board: &self.board,
            me: &self.people[person],
            name: format!("{}-{}", self.number, self.named),
        };
        let call = (operation.call)(&mut turn)?;
        Some(Call {
            operation: operation.name,
            ..call
        })
    }

    async fn learn(
        &mut self,
        server: &Server,
        person: usize,
        operation: &Operation,
        call: &Call,
        answer: &Answer,
    ) {
        let text = format!("{} {}", call.path, String::from_utf8_lossy(&call.body));
        if let Some(thing) = operation.ends {
            // Some is tried once more, and refused.
            let keeps_some = self.random.random_ratio(1, 10);
            let known = self.people[person].known.entry(thing).or_default();
            known.retain(|id| keeps_some || !text.contains(&id.to_string()));
        }
        if let Some((thing, id)) = operation.makes.zip(id_of(&answer.json)) {
            let is_video = thing == Thing::Asset && text.contains(".mp4");
            let thing = if is_video { Thing::Video } else { thing };
            let known = self.people[person].known.entry(thing).or_default();
            known.push(id);
        }
        self.learn_more(server, person, call, answer).await;
    }

    /// What only some operations tell.
    async fn learn_more(&mut self, server: &Server, person: usize, call: &Call, answer: &Answer) {
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let me = &mut self.people[person];
        match call.operation {
            "createAlbum" => {
                let album = id_of(&answer.json).expect("an album");
                me.invited.extend(users_in(&body).map(|user| (album, user)));
                if self.random.random() {
                    self.board.albums().push(album);
                }
            }
            "createStack" => {
                let stack = id_of(&answer.json).expect("a stack");
                let assets = body["assetIds"].as_array().into_iter().flatten();
                let assets = assets.filter_map(|id| id.as_str()?.parse().ok());
                me.stacked.extend(assets.map(|asset| (stack, asset)));
            }
            "addUsersToAlbum" => {
                let album = id_in(&call.path).expect("an album");
                me.invited.extend(users_in(&body).map(|user| (album, user)));
            }
            "createPartner" => {
                let with = body["sharedWithId"].as_str().and_then(|id| id.parse().ok());
                self.board
                    .partners()
                    .extend(with.map(|with| (me.user.id, with)));
            }
            "createPartnerDeprecated" => {
                let with = id_in(&call.path);
                self.board
                    .partners()
                    .extend(with.map(|with| (me.user.id, with)));
            }
            "createSharedLink" if body["allowUpload"] == true && body["password"].is_null() => {
                me.link_keys
                    .extend(answer.json["key"].as_str().map(str::to_owned));
            }
            "upsertTags" => {
                let made = answer
                    .json
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(id_of);
                me.known.entry(Thing::Tag).or_default().extend(made);
            }
            "createFace" => {
                let asset = body["assetId"].as_str().expect("an asset");
                let told = server.get(&me.user, &format!("/faces?id={asset}"));
                let told = Answer::of(told).await.json;
                let told = told.as_array().into_iter().flatten().filter_map(id_of);
                me.known.entry(Thing::Face).or_default().extend(told);
            }
            "mergePerson" => {
                let known = me.known.entry(Thing::Person).or_default();
                known.retain(|id| !body["ids"].to_string().contains(&id.to_string()));
            }
            "changePassword" => me.password = known_password(&body["newPassword"]),
            "updateMyUser" if body["password"].is_string() => {
                me.password = known_password(&body["password"]);
            }
            "createUserAdmin" => {
                let email = body["email"].as_str().expect("an address").to_owned();
                self.welcome(server, &email).await;
            }
            "deleteUserAdmin" => {
                let gone = self.people[1..]
                    .iter()
                    .position(|person| call.path.contains(&person.user.id.to_string()));
                if let Some(position) = gone {
                    let person = self.people.remove(position + 1);
                    let known = self.people[0].known.entry(Thing::DeletedAccount);
                    known.or_default().push(person.user.id);
                }
            }
            "restoreUserAdmin" => {
                let email = answer.json["email"]
                    .as_str()
                    .expect("an address")
                    .to_owned();
                self.people[0]
                    .known
                    .entry(Thing::Account)
                    .or_default()
                    .extend(id_of(&answer.json));
                self.welcome(server, &email).await;
            }
            _ => {}
        }
    }

    /// Someone else is there from now on.
    async fn welcome(&mut self, server: &Server, email: &str) {
        if let Some((user, password)) = sign_in_somehow(server, email).await {
            let person = Person::new(user, false);
            self.people.push(Person { password, ..person });
        }
    }
}

impl Person {
    /// Signs in again, since the session was ended. Answers whether that can be: the account may be out of use.
    async fn sign_in(&mut self, server: &Server) -> bool {
        let Some((user, password)) = sign_in_somehow(server, &self.user.email).await else {
            return false;
        };
        self.user.token = user.token;
        self.password = password;
        true
    }
}

/// Signs in with whatever the password is; no one when the account is not in use.
pub async fn sign_in_somehow(server: &Server, email: &str) -> Option<(User, &'static str)> {
    for password in PASSWORDS {
        let body = json!({"email": email, "password": password});
        let request = server
            .http()
            .post(format!("{}/api/auth/login", server.address));
        let answer = Answer::of(request.json(&body)).await;
        if answer.status == 201 {
            let user = User {
                id: answer.json["userId"].as_str()?.parse().ok()?,
                email: email.to_owned(),
                token: answer.json["accessToken"].as_str()?.to_owned(),
            };
            return Some((user, password));
        }
    }
    None
}

fn known_password(given: &Value) -> &'static str {
    let found = PASSWORDS.into_iter().find(|password| given == *password);
    found.expect("one of the known passwords")
}

/// The id that an answer is about.
fn id_of(answer: &Value) -> Option<Uuid> {
    let id = answer["id"]
        .as_str()
        .or_else(|| answer["apiKey"]["id"].as_str());
    id?.parse().ok()
}

/// The first id in a path.
fn id_in(path: &str) -> Option<Uuid> {
    path.split('/').find_map(|part| part.parse().ok())
}

/// Who is invited by the body of a request.
fn users_in(body: &Value) -> impl Iterator<Item = Uuid> {
    let invited = body["albumUsers"].as_array().into_iter().flatten();
    invited.filter_map(|user| user["userId"].as_str()?.parse().ok())
}

impl Turn<'_> {
    pub fn chance(&mut self, percent: u32) -> bool {
        self.random.random_ratio(percent, 100)
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        from.choose(self.random).cloned()
    }

    /// Something that I know of.
    pub fn one(&mut self, thing: Thing) -> Option<Uuid> {
        let me = self.me;
        me.known.get(&thing)?.choose(self.random).copied()
    }

    /// Something that I made not long ago: of what goes by itself, most else is gone.
    pub fn recent(&mut self, thing: Thing) -> Option<Uuid> {
        let known = self.me.known.get(&thing)?;
        let recent = &known[known.len().saturating_sub(3)..];
        recent.choose(self.random).copied()
    }

    /// A few things that I know of.
    pub fn some(&mut self, thing: Thing) -> Option<BTreeSet<Uuid>> {
        let known = self
            .me
            .known
            .get(&thing)
            .filter(|known| !known.is_empty())?;
        let count = self.random.random_range(1..=5);
        Some(known.sample(self.random, count).copied().collect())
    }

    /// An album of my own, or one that I heard of.
    pub fn album(&mut self) -> Option<Uuid> {
        if self.chance(70) {
            return self.one(Thing::Album);
        }
        let albums = self.board.albums();
        albums.choose(self.random).copied()
    }

    /// Some assets of one's own, videos among them.
    pub fn assets(&mut self) -> Option<BTreeSet<Uuid>> {
        let mut assets = self.some(Thing::Asset)?;
        if self.chance(20) {
            assets.extend(self.one(Thing::Video));
        }
        Some(assets)
    }

    /// Someone who may be anyone.
    pub fn someone(&mut self) -> Uuid {
        let account = self.one(Thing::Account);
        let people = &self.board.people;
        match account.filter(|_| self.random.random()) {
            Some(account) => account,
            None => *people.choose(self.random).expect("people"),
        }
    }

    /// Someone who was invited to an album of mine, and the album.
    pub fn invited(&mut self) -> Option<(Uuid, Uuid)> {
        let me = self.me;
        me.invited.choose(self.random).copied()
    }

    /// A stack that I made not long ago, and an asset that was put into it.
    pub fn stacked(&mut self) -> Option<(Uuid, Uuid)> {
        let stacked = &self.me.stacked;
        let recent = &stacked[stacked.len().saturating_sub(10)..];
        recent.choose(self.random).copied()
    }

    /// Someone who shares their timeline with me, or with whom I share mine.
    pub fn partner_of_mine(&mut self, is_with_me: bool) -> Option<Uuid> {
        let me = self.me.user.id;
        let partners = self.board.partners();
        let mine: Vec<Uuid> = partners
            .iter()
            .filter(|(by, with)| me == if is_with_me { *with } else { *by })
            .map(|(by, with)| if is_with_me { *by } else { *with })
            .collect();
        mine.choose(self.random).copied()
    }

    /// A text that people might write.
    pub fn text(&mut self) -> String {
        let texts = [
            "Sommer",
            "two words",
            "\"quoted\" 'text'",
            "line\nbreak",
            "日本 🌸",
            "50 %",
            "a\\b",
            "<b>",
            "",
        ];
        let text = texts.choose(self.random).expect("texts");
        format!("{text}{}", self.random.random_range(0..50))
    }
}
