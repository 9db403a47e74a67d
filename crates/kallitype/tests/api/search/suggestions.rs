//! `GET /search/suggestions`

use serde_json::{Value, json};

use super::ask;
use crate::support::{Exif, Picture, Server};
use crate::test_on_both;

async fn suggested(server: &Server, query: &str) -> Value {
    ask(
        server,
        &server.admin,
        &format!("/search/suggestions?{query}"),
    )
    .await
}

test_on_both! {
    async fn values_of_the_timeline_are_suggested(server: Server) {
        let owner = &server.admin;
        for kind in ["country", "state", "city", "camera-make", "camera-model"] {
            assert_eq!(suggested(&server, &format!("type={kind}")).await, json!([]));
            assert_eq!(suggested(&server, &format!("type={kind}&includeNull=true")).await, json!([null]));
        }
        let mut ids = Vec::new();
        for (seed, make, place) in [
            (1, Some("Nikon"), Some((53.5507, 9.993))),
            (2, Some("Canon"), Some((47.8, 13.04))),
            (3, Some("Canon"), Some((48.14, 11.58))),
            (4, Some("Ärger"), None),
            (5, Some("Leica"), Some((35.01, 135.77))),
            (6, Some("Sony"), Some((35.01, 135.77))),
        ] {
            let exif = Exif { make, place, ..Exif::default() };
            let picture = Picture::jpeg_with_exif(seed, exif);
            let picture = if seed == 6 { picture.with("visibility", "archive") } else { picture };
            ids.push(owner.upload_and_settle(&server, &picture).await);
        }
        server.finish_jobs().await;
        assert_eq!(suggested(&server, "type=country").await, json!(["Austria", "Germany", "Japan"]));
        assert_eq!(suggested(&server, "type=city&country=Germany").await, json!(["Hamburg", "Munich"]));
        assert_eq!(suggested(&server, "type=city&country=Germany&state=Bavaria").await, json!(["Munich"]));
        assert_eq!(suggested(&server, "type=city&country=Nowhere").await, json!([]));
        assert_eq!(suggested(&server, "type=state&country=Austria&city=Hamburg").await, json!(["Salzburg"]));
        assert_eq!(suggested(&server, "type=camera-make").await, json!(["Canon", "Leica", "Nikon", "Ärger"]));
        assert_eq!(suggested(&server, "type=camera-make&country=Germany&includeNull=false").await, json!(["Canon", "Leica", "Nikon", "Ärger"]));
        assert_eq!(suggested(&server, "type=camera-model&make=Canon&includeNull=true").await, json!([null]));
        assert_eq!(suggested(&server, "type=camera-make&model=EOS").await, json!([]));
        // Empty parameters narrow nothing.
        assert_eq!(suggested(&server, "type=country&state=&make=&country=&model=").await, json!(["Austria", "Germany", "Japan"]));
        owner.trash(&server, ids[4]).await;
        assert_eq!(suggested(&server, "type=country").await, json!(["Austria", "Germany"]));
    }
}
