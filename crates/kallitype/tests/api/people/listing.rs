//! Which people are listed, in which order, and how many are counted.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    create, delete_face, face_of, faces, named, names, page, seen, show, tell_face, update,
    upload_some,
};
use crate::support::{Answer, User, assert_invalid, assert_refused};
use crate::test_on_both;

/// How many people there are, and how many of them are hidden.
fn counts(page: &Value) -> (&Value, &Value) {
    (&page["total"], &page["hidden"])
}

test_on_both! {
    async fn the_order_is_that_of_importance(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let assets = upload_some(&server, owner, 4).await;
        let (mut people, none) = (Vec::new(), json!(false));
        for (name, seen, is_favorite, is_hidden) in [
            ("twice", 2, &none, &none),
            ("often", 3, &none, &none),
            ("a friend", 1, &json!(true), &none),
            ("Ärmel", 1, &none, &none),
            ("Zebra", 1, &none, &none),
            ("hidden", 4, &json!(true), &json!(true)),
            ("", 3, &none, &none),
            // Seen too seldom for someone without a name, and never.
            ("", 2, &none, &none),
            ("unseen", 0, &json!(true), &none),
        ] {
            let body = json!({"name": name, "isFavorite": is_favorite, "isHidden": is_hidden});
            let person = create(&server, owner, body).await;
            show(&server, owner, person, &assets[..seen]).await;
            people.push(person);
        }
        named(&server, &other, "theirs").await;
        // Thumbnails are drawn, by which persons change.
        server.finish_jobs().await;
        let listed = page(&server, owner, "").await;
        assert_eq!(names(&listed), ["a friend", "often", "twice", "Ärmel", "Zebra", ""]);
        assert_eq!(counts(&listed), (&json!(8), &json!(1)));
        assert_eq!(listed["hasNextPage"], json!(false));
        let all = page(&server, owner, "withHidden=true").await;
        assert_eq!(names(&all), ["a friend", "often", "twice", "Ärmel", "Zebra", "", "hidden"]);
        assert_eq!(page(&server, owner, "withHidden=false").await, listed);
        // A page at a time.
        let (mut walked, mut number) = (Vec::new(), 1);
        loop {
            let part = page(&server, owner, &format!("withHidden=true&size=3&page={number}")).await;
            assert_eq!(counts(&part), counts(&all));
            walked.extend(part["people"].as_array().expect("a list").clone());
            if part["hasNextPage"] == false {
                break;
            }
            number += 1;
        }
        assert_eq!((number, &json!(walked)), (3, &all["people"]));
        assert_eq!(names(&page(&server, owner, "page=2147483647&size=1000").await), [""; 0]);
        // Whoever is compared with has to have a face.
        let closest = page(&server, owner, &format!("withHidden=true&closestPersonId={}", people[0])).await;
        assert_eq!(names(&closest), names(&all));
        let faceless = server.get(owner, &format!("/people?closestPersonId={}", people[8]));
        assert_refused(faceless, 404, "Person not found").await;
        assert_eq!(page(&server, &other, "withHidden=true").await, json!({"people": [], "total": 0, "hidden": 0, "hasNextPage": false}));
    }
}

test_on_both! {
    async fn only_what_the_timeline_shows_counts(server: Server) {
        let owner = &server.admin;
        let assets = upload_some(&server, owner, 4).await;
        let ada = named(&server, owner, "Ada").await;
        show(&server, owner, ada, &assets[..3]).await;
        // Twice in one picture is once.
        show(&server, owner, ada, &assets[..1]).await;
        assert_eq!(seen(&server, owner, ada).await, 3);
        owner.update(&server, assets[0], json!({"visibility": "archive"})).await;
        assert_eq!(seen(&server, owner, ada).await, 2);
        owner.trash(&server, assets[1]).await;
        assert_eq!(seen(&server, owner, ada).await, 1);
        owner.update(&server, assets[2], json!({"visibility": "locked"})).await;
        assert_eq!(seen(&server, owner, ada).await, 0);
        let nowhere = page(&server, owner, "").await;
        assert_eq!((names(&nowhere), counts(&nowhere)), (vec![], (&json!(0), &json!(0))));
        // A face on what is archived counts once that is back.
        show(&server, owner, ada, &assets[..1]).await;
        assert_eq!(seen(&server, owner, ada).await, 0);
        owner.update(&server, assets[0], json!({"visibility": "timeline"})).await;
        Answer::of(server.post(owner, "/trash/restore")).await;
        assert_eq!(seen(&server, owner, ada).await, 2);
        let back = page(&server, owner, "").await;
        assert_eq!((names(&back), counts(&back)), (vec!["Ada"], (&json!(1), &json!(0))));
        for face in faces(&server, owner, assets[0]).await {
            delete_face(&server, owner, &face, false).await;
        }
        assert_eq!(seen(&server, owner, ada).await, 1);
        update(&server, owner, ada, json!({"isHidden": true})).await;
        assert_eq!(counts(&page(&server, owner, "").await), (&json!(1), &json!(1)));
        let gone = server.delete(owner, "/assets").json(&json!({"ids": [assets[1]], "force": true}));
        assert_eq!(Answer::of(gone).await.status, 204);
        assert_eq!(counts(&page(&server, owner, "").await), (&json!(0), &json!(0)));
        assert_eq!(seen(&server, owner, ada).await, 0);
    }
}

test_on_both! {
    async fn names_are_found_by_the_beginning_of_a_word(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        for name in ["Zoë Müller", "Ada von Müll", "Mull", "100% Müll_", ""] {
            named(&server, owner, name).await;
        }
        create(&server, owner, json!({"name": "Mülla", "isHidden": true})).await;
        named(&server, &other, "Müll").await;
        let find = async |name: &str, more: &str| {
            let request = server.get(owner, &format!("/search/person?{more}")).query(&[("name", name)]);
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let people = answer.json.as_array().expect("a list").iter();
            people.map(|person| person["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(find("müll", "").await, ["100% Müll_", "Ada von Müll", "Mull", "Zoë Müller"]);
        assert_eq!(find("MULL", "withHidden=true").await, ["100% Müll_", "Ada von Müll", "Mull", "Mülla", "Zoë Müller"]);
        assert_eq!(find(" zoe m", "").await, ["Zoë Müller"]);
        assert_eq!(find("von", "").await, ["Ada von Müll"]);
        assert_eq!(find("100%", "").await, ["100% Müll_"]);
        for nothing in ["%", "_", "ull", "x", "\\"] {
            assert_eq!(find(nothing, "withHidden=true").await, [""; 0], "{nothing}");
        }
    }
}

test_on_both! {
    async fn pictures_of_persons_are_found(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let assets = upload_some(&server, owner, 4).await;
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        show(&server, owner, ada, &assets[..3]).await;
        show(&server, owner, bob, &assets[1..2]).await;
        tell_face(&server, owner, &face_of(bob, assets[1])).await;
        owner.update(&server, assets[2], json!({"visibility": "archive"})).await;
        let theirs = named(&server, &other, "Eve").await;
        let find = async |body: Value| {
            let answer = Answer::of(server.post(owner, "/search/metadata").json(&body)).await;
            let counted = Answer::of(server.post(owner, "/search/statistics").json(&body)).await;
            let items = answer.json["assets"]["items"].as_array().expect("a list").clone();
            assert_eq!(counted.json["total"], items.len(), "{body}");
            let drawn = Answer::of(server.post(owner, "/search/random").json(&body)).await;
            assert_eq!(drawn.json.as_array().map(Vec::len), Some(items.len()), "{body}");
            let mut ids: Vec<Uuid> = items.iter().map(|item| item["id"].as_str().expect("an id").parse().expect("a UUID")).collect();
            ids.sort();
            ids
        };
        let sorted = |ids: &[Uuid]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids
        };
        assert_eq!(find(json!({"personIds": [ada]})).await, sorted(&assets[..2]));
        assert_eq!(find(json!({"personIds": [ada], "visibility": "archive"})).await, sorted(&assets[2..3]));
        assert_eq!(find(json!({"personIds": [ada, bob]})).await, sorted(&assets[1..2]));
        for nothing in [json!([theirs]), json!([ada, theirs]), json!([Uuid::nil()])] {
            assert_eq!(find(json!({"personIds": nothing})).await, Vec::<Uuid>::new());
        }
        // Who is on what is told when it is asked for.
        server.finish_jobs().await;
        let body = json!({"personIds": [bob], "withPeople": true});
        let found = Answer::of(server.post(owner, "/search/metadata").json(&body)).await;
        let whole = owner.asset(&server, assets[1]).await;
        let item = &found.json["assets"]["items"][0];
        assert_eq!((&item["people"], &item["unassignedFaces"]), (&whole["people"], &json!([])));
        let people = whole["people"].as_array().expect("a list");
        let mut shown: Vec<_> = people.iter().map(|person| (person["name"].as_str(), person["faces"].as_array().map(Vec::len))).collect();
        shown.sort();
        assert_eq!(shown, [(Some("Ada"), Some(1)), (Some("Bob"), Some(2))]);
        let random = Answer::of(server.post(owner, "/search/random").json(&body)).await;
        assert_eq!(random.json[0]["people"], whole["people"]);
    }
}

test_on_both! {
    async fn broken_queries_are_refused(server: Server) {
        let owner = &server.admin;
        for (query, rule) in [
            ("page=0", "page must not be less than 1"),
            ("size=0", "size must not be less than 1"),
            ("size=1001", "size must not be greater than 1000"),
            ("size=x", "size must be an integer number"),
            ("withHidden=1", "withHidden must be a boolean value"),
            ("closestPersonId=x", "closestPersonId must be a UUID"),
            ("closestAssetId=x", "closestAssetId must be a UUID"),
        ] {
            assert_invalid(server.get(owner, &format!("/people?{query}")), &[rule]).await;
        }
    }
}
