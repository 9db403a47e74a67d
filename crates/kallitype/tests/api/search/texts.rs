//! Texts in names, descriptions and paths: as substrings, whatever their case and accents, and nothing in them has a meaning.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOTHING, count, find, metadata};
use crate::support::{Picture, Server, assert_invalid};
use crate::test_on_both;

/// What is looked for in these texts, and in which of them it stands.
const FOUND: [(&str, &[usize]); 40] = [
    ("holiday", &[0]),
    ("HOLIDAY", &[0]),
    ("olida", &[0]),
    ("  holiday  ", &[0]),
    ("köln", &[0, 1, 2]),
    ("koln", &[0, 1, 2]),
    ("Koln am", &[1, 2]),
    ("Ko\u{308}ln", &[0, 1, 2]),
    ("strasse", &[3]),
    ("Straße", &[3]),
    ("STRASSE", &[3]),
    ("łódź", &[4]),
    ("lodz", &[4]),
    ("東京", &[5]),
    ("京", &[5]),
    ("東京タワー", &[5]),
    ("京タ", &[5]),
    ("서울", &[6]),
    ("서", &[6]),
    // Not the beginning of a syllable.
    ("ㅅ", &[]),
    ("カメラ", &[7]),
    ("ガ", &[]),
    ("москва", &[8]),
    ("МОСКВА", &[8]),
    ("ё", &[9]),
    ("елка", &[9]),
    ("100%", &[10]),
    ("%", &[10]),
    ("_", &[11]),
    ("a_b", &[11]),
    ("a%b", &[]),
    ("\"", &[12]),
    ("he said \"no\"", &[12]),
    ("*", &[13]),
    ("a* OR b", &[13]),
    ("hol*", &[]),
    ("name : x", &[]),
    ("<b>bold</b>", &[14]),
    ("\\", &[15]),
    ("' OR 1=1 --", &[15]),
];

const TEXTS: [&str; 16] = [
    "Holiday in Köln",
    "KÖLN AM RHEIN",
    "Ko\u{308}ln am Morgen",
    "Lange Straße",
    "Łódź",
    "東京タワーの夜",
    "서울 여행",
    "カメラ",
    "Москва",
    "Ёлка",
    "100% wool",
    "a_b",
    "he said \"no\" twice",
    "a* OR b NEAR(c) ^d -e",
    "<b>bold</b> & more",
    "\\ ' OR 1=1 -- {x}",
];

async fn try_texts(server: &Server, ids: &[Uuid], property: &str) {
    let owner = &server.admin;
    for (text, places) in FOUND {
        let mut expected: Vec<Uuid> = places.iter().map(|place| ids[*place]).collect();
        expected.reverse();
        let found = find(server, owner, json!({property: text})).await;
        assert_eq!(found, expected, "{property} {text:?}");
        if property == "description" {
            assert_eq!(
                count(server, owner, &json!({property: text})).await,
                places.len() as u64,
                "{text:?}"
            );
        }
    }
    // An empty one restricts nothing.
    for text in ["", "   "] {
        assert_eq!(
            find(server, owner, json!({property: text})).await.len(),
            ids.len()
        );
    }
}

async fn upload(server: &Server, number: usize, name: &str) -> Uuid {
    let seconds = format!("2024-01-01T10:00:{number:02}.000Z");
    let seed = u32::try_from(number).expect("a small number");
    let picture = Picture::jpeg(seed).with("fileCreatedAt", &seconds);
    server
        .admin
        .upload(server, &picture.with("filename", name))
        .await
}

test_on_both! {
    async fn descriptions(server: Server) {
        let mut ids = Vec::new();
        for (number, text) in TEXTS.iter().enumerate() {
            let id = upload(&server, number, "").await;
            let changed = server.admin.update(&server, id, json!({"description": text})).await;
            assert_eq!(changed.status, 200, "{changed:?}");
            ids.push(id);
        }
        try_texts(&server, &ids, "description").await;
        // What is written anew is found anew.
        let changed = server.admin.update(&server, ids[0], json!({"description": "Something else"})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let owner = &server.admin;
        assert_eq!(find(&server, owner, json!({"description": "holiday"})).await, NOTHING);
        assert_eq!(find(&server, owner, json!({"description": "thing els"})).await, [ids[0]]);
        // And what is in the trash is not.
        owner.trash(&server, ids[0]).await;
        assert_eq!(find(&server, owner, json!({"description": "thing els"})).await, NOTHING);
        assert_eq!(find(&server, owner, json!({"description": "thing els", "withDeleted": true})).await, [ids[0]]);
    }
}

test_on_both! {
    async fn names(server: Server) {
        let mut ids = Vec::new();
        let names = ["IMG_0001.JPG", "IMG_0002.JPG", "Köln 1.jpg", "100% Wolle.jpg", "東京.png"];
        for (number, name) in names.iter().enumerate() {
            let picture = Picture::jpeg(u32::try_from(number).expect("a small number")).named(name);
            let moment = format!("2024-01-01T10:00:{:02}.000Z", 50 - number);
            ids.push(server.admin.upload(&server, &picture.with("fileCreatedAt", &moment)).await);
        }
        for (text, places) in [
            ("img_", &[0, 1][..]),
            ("IMG_0002", &[1]),
            ("mg_000", &[0, 1]),
            ("img-000", &[]),
            ("imgx", &[]),
            ("jpg", &[0, 1, 2, 3]),
            ("koln", &[2]),
            ("0%", &[3]),
            ("1%", &[]),
            ("東京", &[4]),
            ("東", &[4]),
        ] {
            let expected: Vec<Uuid> = places.iter().map(|place| ids[*place]).collect();
            assert_eq!(find(&server, &server.admin, json!({"originalFileName": text})).await, expected, "{text:?}");
        }
        let both = json!({"originalFileName": "img_", "description": "img_"});
        assert_eq!(find(&server, &server.admin, both).await, NOTHING, "each text in its own place");
    }
}

test_on_both! {
    async fn paths(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        owner.upload(&server, &Picture::png(2)).await;
        let path = owner.asset(&server, id).await["originalPath"].as_str().expect("a path").to_owned();
        for text in [path.as_str(), &path.to_uppercase(), &path[path.len() - 20..]] {
            assert_eq!(find(&server, owner, json!({"originalPath": text})).await, [id], "{text}");
        }
        for text in ["_____", "%.jpg", "no path has this"] {
            assert_eq!(find(&server, owner, json!({"originalPath": text})).await, NOTHING, "{text}");
        }
    }
}

test_on_both! {
    async fn a_text_can_be_too_long(server: Server) {
        let longest = "x".repeat(1000);
        let body = |text: &str| -> Value { json!({"description": text, "originalFileName": text, "originalPath": text}) };
        assert_eq!(find(&server, &server.admin, body(&longest)).await, NOTHING);
        let rule = |name: &str| format!("{name} must be shorter than or equal to 1000 characters");
        let rules = ["description", "originalFileName", "originalPath"].map(rule);
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let request = metadata(&server, &server.admin, &body(&format!("{longest}x")));
        assert_invalid(request, &rules).await;
    }
}
