//! `GET /search/explore` and `GET /search/cities`

use serde_json::{Value, json};
use uuid::Uuid;

use super::{ask, ids};
use crate::support::{Exif, Picture, Server};
use crate::test_on_both;

const MUNICH: (f64, f64) = (48.14, 11.58);
const SALZBURG: (f64, f64) = (47.8, 13.04);

async fn upload(server: &Server, seed: u32, place: Option<(f64, f64)>) -> Uuid {
    let date = format!("2024:01:{seed:02} 10:00:00");
    let exif = Exif {
        date_time_original: Some(&date),
        place,
        ..Exif::default()
    };
    let picture = Picture::jpeg_with_exif(seed, exif);
    server.admin.upload_and_settle(server, &picture).await
}

async fn explore(server: &Server) -> Vec<(Value, Uuid)> {
    let answer = ask(server, &server.admin, "/search/explore").await;
    assert_eq!(answer.as_array().map(Vec::len), Some(1));
    assert_eq!(answer[0]["fieldName"], "exifInfo.city");
    let items = answer[0]["items"].as_array().expect("a list").iter();
    let item = |item: &Value| {
        let id = item["data"]["id"].as_str().expect("an id");
        assert_eq!(item["data"]["exifInfo"]["city"], item["value"]);
        (item["value"].clone(), id.parse().expect("a UUID"))
    };
    items.map(item).collect()
}

test_on_both! {
    async fn cities_are_explored_by_a_picture_of_each(server: Server) {
        assert_eq!(explore(&server).await, []);
        assert_eq!(ask(&server, &server.admin, "/search/cities").await, json!([]));
        let mut all = Vec::new();
        for seed in 1..=4 {
            all.push(upload(&server, seed, Some(SALZBURG)).await);
        }
        all.push(upload(&server, 5, None).await);
        for seed in 6..=10 {
            all.push(upload(&server, seed, Some(MUNICH)).await);
        }
        server.finish_jobs().await;
        // Four pictures are too few to be explored, and enough for a list of cities.
        assert_eq!(explore(&server).await, [(json!("Munich"), all[9])]);
        let cities = ask(&server, &server.admin, "/search/cities").await;
        assert_eq!(ids(&cities), [all[9], all[3]]);
        assert_eq!(cities[1]["exifInfo"]["city"], "Salzburg");
        let fifth = upload(&server, 11, Some(SALZBURG)).await;
        server.finish_jobs().await;
        assert_eq!(explore(&server).await, [(json!("Salzburg"), fifth), (json!("Munich"), all[9])]);
        server.admin.trash(&server, all[9]).await;
        assert_eq!(explore(&server).await, [(json!("Salzburg"), fifth)]);
        assert_eq!(ids(&ask(&server, &server.admin, "/search/cities").await), [all[8], fifth]);
    }
}
