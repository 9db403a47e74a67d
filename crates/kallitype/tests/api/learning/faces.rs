use super::*;
use crate::people::{delete_face, faces, get, named, update};
use crate::support::{Seen, plain};
use crate::test_on_both;

/// Ways that vectors of faces point: two faces of someone's are much alike, others have nothing in common.
const ANNA: [f32; 3] = [1.0, 0.0, 0.0];
const BERTA: [f32; 3] = [0.0, 1.0, 0.0];

const UPPER_LEFT: [f64; 4] = [4.0, 4.0, 28.0, 30.0];
const LOWER_RIGHT: [f64; 4] = [36.4, 33.6, 70.0, 60.0];

/// The colour of the picture of a number.
fn colour(number: u8) -> [u8; 3] {
    [20 + 40 * number, 200, 20]
}

/// A face like someone's, a little otherwise in each picture.
fn like(direction: [f32; 3], number: u8) -> [f32; 3] {
    let [one, two, _] = direction;
    [one, two, 0.05 * f32::from(number)]
}

impl Learning {
    /// Uploads a picture in which the service sees faces.
    async fn upload_with_faces(&self, user: &User, number: u8, faces: &[Seen]) -> Uuid {
        self.service.show_faces(colour(number), faces);
        let id = user.upload(&self.server, &plain(colour(number), 64)).await;
        self.server.finish_jobs().await;
        id
    }
}

fn seen(edges: [f64; 4], direction: [f32; 3]) -> Seen {
    Seen { edges, direction }
}

/// Whose the faces on an asset are, from left to right.
async fn persons(server: &Server, user: &User, asset: Uuid) -> Vec<Value> {
    let faces = faces(server, user, asset).await.into_iter();
    faces.map(|face| face["person"]["id"].clone()).collect()
}

async fn people(server: &Server, user: &User) -> Vec<Value> {
    let answer = Answer::of(server.get(user, "/people?withHidden=true")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["people"].as_array().expect("a list").clone()
}

fn uuid(value: &Value) -> Uuid {
    value["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a UUID")
}

async fn give(server: &Server, user: &User, face: &Value, person: Uuid) {
    let request = server.put(user, &format!("/faces/{person}"));
    let answer = Answer::of(request.json(&json!({"id": face["id"]}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

test_on_both! {
    async fn faces_are_found_and_recognised(learning: Learning) {
        let server = &learning.server;
        let me = &server.admin;
        let anna = |number| seen(UPPER_LEFT, like(ANNA, number));
        let first = learning.upload_with_faces(me, 0, &[anna(0), seen(LOWER_RIGHT, BERTA)]).await;
        let found = faces(server, me, first).await;
        let boxes: Vec<Value> = found.iter().map(|face| json!([
            face["boundingBoxX1"], face["boundingBoxY1"], face["boundingBoxX2"], face["boundingBoxY2"],
            face["imageWidth"], face["imageHeight"], face["sourceType"], face["person"],
        ])).collect();
        assert_eq!(boxes, [
            json!([4, 4, 28, 30, 64, 64, "machine-learning", null]),
            json!([36, 34, 64, 60, 64, 64, "machine-learning", null]),
        ]);
        let second = learning.upload_with_faces(me, 1, &[anna(1)]).await;
        assert_eq!(people(server, me).await.len(), 0, "two faces are no one's");
        let third = learning.upload_with_faces(me, 2, &[anna(2)]).await;
        let born = persons(server, me, third).await;
        assert!(born[0].is_string(), "three are someone's: {born:?}");
        assert_eq!(persons(server, me, second).await, [Value::Null], "they wait for the night");
        start(server, "facialRecognition", json!({"command": "start"})).await;
        assert_eq!(persons(server, me, first).await, [born[0].clone(), Value::Null]);
        assert_eq!(persons(server, me, second).await, born);
        let everyone = people(server, me).await;
        assert_eq!((everyone.len(), &everyone[0]["id"], &everyone[0]["name"]), (1, &born[0], &json!("")));
        let thumbnail = server.get(me, &format!("/people/{}/thumbnail", uuid(&everyone[0])));
        assert_eq!(Answer::of(thumbnail).await.status, 200);

        // One more is recognised at once, also where it is kept from others, but not before whoever it is was born.
        let fourth = learning.upload_with_faces(me, 3, &[anna(3)]).await;
        assert_eq!(persons(server, me, fourth).await, born);
        let named = update(server, me, uuid(&everyone[0]), json!({"name": "Anna", "birthDate": "2025-01-01"})).await;
        assert_eq!(named.status, 200, "{named:?}");
        let fifth = learning.upload_with_faces(me, 4, &[anna(4)]).await;
        assert_eq!(persons(server, me, fifth).await, [Value::Null], "the picture is older");

        // Others' faces are others'.
        let other = User::another(server, "other@example.org").await;
        let theirs = learning.upload_with_faces(&other, 5, &[anna(0)]).await;
        assert_eq!(persons(server, &other, theirs).await, [Value::Null]);
        let kept = server.texts("SELECT 'x' FROM face_vector".into()).await.len();
        let request = server.request_as(me, reqwest::Method::DELETE, "/assets");
        assert_eq!(Answer::of(request.json(&json!({"ids": [first], "force": true}))).await.status, 204);
        assert_eq!(server.texts("SELECT 'x' FROM face_vector".into()).await.len(), kept - 2, "they go with their asset");
    }
}

test_on_both! {
    async fn what_the_user_said_stays(learning: Learning) {
        let server = &learning.server;
        let me = &server.admin;
        let anna = |number| seen(UPPER_LEFT, like(ANNA, number));
        let mut ids = Vec::new();
        for number in 0..4 {
            let berta = seen(LOWER_RIGHT, like(BERTA, number));
            ids.push(learning.upload_with_faces(me, number, &[anna(number), berta]).await);
        }
        start(server, "facialRecognition", json!({"command": "start"})).await;
        let before = persons(server, me, ids[0]).await;
        assert!(before.iter().all(Value::is_string) && before[0] != before[1], "{before:?}");
        let hand = named(server, me, "Hand").await;
        let on_first = faces(server, me, ids[0]).await;
        give(server, me, &on_first[0], hand).await;
        delete_face(server, me, &faces(server, me, ids[1]).await[1], false).await;

        start(server, "facialRecognition", json!({"command": "start", "force": true})).await;
        let after = persons(server, me, ids[0]).await;
        assert_eq!(after[0], json!(hand), "what the user said stays");
        assert_eq!(persons(server, me, ids[2]).await[0], json!(hand), "and helps to recognise others");
        assert_eq!(persons(server, me, ids[1]).await, [json!(hand)]);
        assert!(after[1].is_string() && after[1] != before[1], "the rest is recognised anew");
        let known: Vec<Value> = people(server, me).await.iter().map(|person| person["id"].clone()).collect();
        assert_eq!(known.len(), 2, "whoever lost all faces is gone: {known:?}");

        // Looked at again, known faces are known, and those go that are there no more.
        learning.service.show_faces(colour(0), &[anna(0)]);
        start(server, "faceDetection", json!({"command": "start"})).await;
        let again = faces(server, me, ids[0]).await;
        assert_eq!((again.len(), &again[0]["id"]), (1, &on_first[0]["id"]));
        assert_eq!(faces(server, me, ids[1]).await.len(), 1, "what is no face is not found again");
        learning.service.asked();
        start(server, "faceDetection", json!({"command": "start", "force": false})).await;
        assert_eq!(learning.service.asked().len(), 0, "nothing is missing");
        start(server, "faceDetection", json!({"command": "start", "force": true})).await;
        assert_eq!(learning.service.asked().len(), 4);
        assert_eq!(persons(server, me, ids[0]).await, [json!(hand)]);
        assert_eq!(get(server, me, hand).await["name"], "Hand");

        // A face by hand is known from then on, too.
        learning.service.show_faces(colour(0), &[anna(0), seen(LOWER_RIGHT, like(BERTA, 0))]);
        let berta = named(server, me, "Berta").await;
        crate::people::tell_face(server, me, &json!({
            "assetId": ids[0], "personId": berta, "imageWidth": 128, "imageHeight": 128,
            "x": 72, "y": 68, "width": 56, "height": 52,
        })).await;
        start(server, "faceDetection", json!({"command": "start", "force": true})).await;
        start(server, "facialRecognition", json!({"command": "start"})).await;
        assert_eq!(persons(server, me, ids[0]).await, [json!(hand), json!(berta)]);
        assert_eq!(persons(server, me, ids[3]).await[1], json!(berta));
    }
}

test_on_both! {
    async fn whoever_is_most_alike_comes_first(learning: Learning) {
        let server = &learning.server;
        let me = &server.admin;
        // Each between two others.
        let directions = [[1.0, 0.0, 0.0], [0.5, 0.9, 0.0], [-0.6, 0.8, 0.0], [-1.0, 0.1, 0.0]];
        let mut people = Vec::new();
        for (number, direction) in directions.into_iter().enumerate() {
            let number = number as u8;
            let id = learning.upload_with_faces(me, number, &[seen(UPPER_LEFT, direction)]).await;
            let person = named(server, me, &format!("Person {number}")).await;
            give(server, me, &faces(server, me, id).await[0], person).await;
            people.push((person, faces(server, me, id).await[0]["id"].clone()));
        }
        server.finish_jobs().await;
        let order = async |query: String| {
            let answer = Answer::of(server.get(me, &format!("/people?{query}"))).await;
            let people = answer.json["people"].as_array().expect("a list").iter();
            let number = |person: &Value| person["name"].as_str().expect("a name").replace("Person ", "");
            let order: String = people.map(number).collect();
            (order, answer.json["hasNextPage"] == true)
        };
        assert_eq!(order(format!("closestPersonId={}", people[0].0)).await, ("0123".into(), false));
        assert_eq!(order(format!("closestPersonId={}", people[3].0)).await, ("3210".into(), false));
        let face = people[2].1.as_str().expect("an id");
        assert_eq!(order(format!("closestAssetId={face}")).await, ("2310".into(), false));
        assert_eq!(order(format!("closestAssetId={face}&size=2&page=1")).await, ("23".into(), true));
        assert_eq!(order(format!("closestAssetId={face}&size=2&page=2")).await, ("10".into(), false));
        let favourite = update(server, me, people[0].0, json!({"isFavorite": true})).await;
        assert_eq!(favourite.status, 200, "{favourite:?}");
        assert_eq!(order(format!("closestAssetId={face}")).await, ("0231".into(), false));
        assert_eq!(order(format!("closestAssetId={}", Uuid::new_v4())).await, ("0123".into(), false));
    }
}

test_on_both! {
    async fn the_night_brings_what_was_no_ones(learning: Learning) {
        let mut learning = learning;
        let me = learning.server.admin.clone();
        let mut ids = Vec::new();
        for number in 0..3 {
            let face = seen(UPPER_LEFT, like(ANNA, number));
            learning.service.show_faces(colour(number), &[face]);
            ids.push(me.upload(&learning.server, &plain(colour(number), 64)).await);
        }
        let server = &mut learning.server;
        server.finish_jobs().await;
        server.stop();
        assert_eq!(server.execute_sql(&begin_night(server.options.engine)).await, 1);
        server.start_again();
        server.finish_jobs().await;
        let persons = persons(server, &me, ids[0]).await;
        assert!(persons.first().is_some_and(Value::is_string), "{persons:?}");
    }
}

/// The statement that enqueues what the clock does at night.
fn begin_night(engine: Engine) -> String {
    let (id, nil) = match engine {
        Engine::Sqlite => ("randomblob(16)", "zeroblob(16)"),
        Engine::Postgres => (
            "gen_random_uuid()",
            "'00000000-0000-0000-0000-000000000000'",
        ),
    };
    format!(
        "INSERT INTO job (id, kind, subject_id, lane, queue, priority, state, run_at, generation, attempts, created_at) \
         VALUES ({id}, 'retry-faces', {nil}, 'learning', 'facialRecognition', 28, 'ready', 0, 0, 0, 0)"
    )
}
