//! `/kallitype/uploads`

use serde_json::{Value, json};

use crate::support::{Answer, Picture, Server};
use crate::test_on_both;

async fn months(server: &Server) -> Value {
    let answer = Answer::of(server.get(&server.admin, "/kallitype/uploads")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["months"].clone()
}

test_on_both! {
    async fn what_came_in_is_counted_by_months(server: Server) {
        assert_eq!(months(&server).await, json!([]));
        let mut pictures = Vec::new();
        for seed in 0..3 {
            let picture = Picture::jpeg(seed);
            server.admin.upload(&server, &picture).await;
            pictures.push(picture);
        }
        // 2024-02-29T23:59:59Z and one second later, and a year before.
        for (picture, moment) in pictures.iter().zip([1_709_251_199_000_000_i64, 1_709_251_200_000_000, 1_677_628_800_000_000]) {
            let name = &picture.name;
            server.execute_sql(&format!("UPDATE asset SET created_at = {moment} WHERE original_file_name = '{name}'")).await;
        }
        let of = |month: &str, at: usize| json!({"month": month, "photos": 1, "videos": 0, "bytes": pictures[at].bytes.len()});
        assert_eq!(months(&server).await, json!([of("2023-03", 2), of("2024-02", 0), of("2024-03", 1)]));
    }
}
