//! Faces that files and sidecars name, and faces that are written to sidecars.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::jobs::sidecars::{exiftool, place, send, upload};
use crate::people::{delete_face, faces, named, seen, show, tell_face, update};
use crate::support::picture::xmp;
use crate::support::{Answer, Engine, Exif, Picture, Server, User};
use crate::test_on_both;

impl Server {
    async fn start_with_faces_of_files(engine: Engine) -> Self {
        Self::start_with(engine, |options| options.with("import-faces", true)).await
    }
}

/// A region of the stored picture: its middle and its size.
fn region(name: &str, [x, y, width, height]: [f64; 4]) -> String {
    format!(
        "<rdf:li mwg-rs:Name='{name}' mwg-rs:Type='Face' mwg-rs:Description='of another program'>\
         <mwg-rs:Area stArea:x='{x}' stArea:y='{y}' stArea:w='{width}' stArea:h='{height}' stArea:unit='normalized'/></rdf:li>"
    )
}

fn regions(regions: &[String]) -> String {
    format!(
        "<mwg-rs:Regions xmlns:mwg-rs='http://www.metadataworkinggroup.com/schemas/regions/' \
         xmlns:stArea='http://ns.adobe.com/xmp/sType/Area#' xmlns:stDim='http://ns.adobe.com/xap/1.0/sType/Dimensions#' \
         rdf:parseType='Resource'><mwg-rs:AppliedToDimensions stDim:w='64' stDim:h='48' stDim:unit='pixel'/>\
         <mwg-rs:RegionList><rdf:Bag>{}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>",
        regions.concat()
    )
}

/// A region as Microsoft had it: left and upper edge, and size.
fn microsoft(name: &str, rectangle: &str) -> String {
    format!(
        "<MP:RegionInfo xmlns:MP='http://ns.microsoft.com/photo/1.2/' xmlns:MPRI='http://ns.microsoft.com/photo/1.2/t/RegionInfo#' \
         xmlns:MPReg='http://ns.microsoft.com/photo/1.2/t/Region#' rdf:parseType='Resource'><MPRI:Regions><rdf:Bag>\
         <rdf:li MPReg:Rectangle='{rectangle}' MPReg:PersonDisplayName='{name}'/></rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )
}

/// What is told of each face: whose it is, who found it, the box, and the size of the picture.
fn told(faces: &[Value]) -> Vec<(String, String, [i64; 6])> {
    let number = |face: &Value, name: &str| face[name].as_i64().expect("a number");
    let told = |face: &Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let area = [
            "boundingBoxX1",
            "boundingBoxY1",
            "boundingBoxX2",
            "boundingBoxY2",
            "imageWidth",
            "imageHeight",
        ];
        (
            text(&face["person"]["name"]),
            text(&face["sourceType"]),
            area.map(|name| number(face, name)),
        )
    };
    faces.iter().map(told).collect()
}

fn exif(name: &str, area: [i64; 6]) -> (String, String, [i64; 6]) {
    (name.to_owned(), "exif".to_owned(), area)
}

test_on_both! {
    async fn faces_that_files_name_become_people(server: Server by start_with_faces_of_files) {
        let owner = &server.admin;
        let in_file = regions(&[
            region("Ada", [0.25, 0.5, 0.5, 0.5]),
            region("", [0.5, 0.5, 0.2, 0.2]),
            region("nothing", [0.5, 0.5, 0.0, 0.2]),
        ]);
        let turned = Picture::jpeg_with_xmp(1, &in_file).with_exif(Exif { orientation: Some(6), ..Exif::default() });
        let first = owner.upload_and_settle(&server, &turned).await;
        // The left of the stored picture is the top of the upright one.
        assert_eq!(told(&faces(&server, owner, first).await), [exif("Ada", [12, 0, 36, 32, 48, 64])]);
        let ada: Uuid = faces(&server, owner, first).await[0]["person"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        // The same person by whatever capitals; another owner's Ada is someone else.
        let second = Picture::jpeg_with_xmp(2, &microsoft("ADA", "0, 0.25, 0.5, 0.5"));
        let second = owner.upload_and_settle(&server, &second).await;
        assert_eq!(told(&faces(&server, owner, second).await), [exif("Ada", [0, 12, 32, 36, 64, 48])]);
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload_and_settle(&server, &turned).await;
        assert_ne!(faces(&server, &other, theirs).await[0]["person"]["id"], json!(ada));
        assert_eq!(seen(&server, owner, ada).await, 2);
        server.finish_jobs().await;
        let people = Answer::of(server.get(owner, "/people")).await.json;
        assert_eq!((&people["total"], people["people"][0]["thumbnailPath"] == ""), (&json!(1), false), "{people}");
        // What is said by hand stays, and what the file says anew takes the place of what it said.
        let bob = named(&server, owner, "Bob").await;
        show(&server, owner, bob, &[second]).await;
        server.finish_jobs().await;
        let before = faces(&server, owner, second).await;
        owner.refresh(&server, second).await;
        assert_eq!(faces(&server, owner, second).await, before);
        let sidecar = regions(&[region("Cid", [0.25, 0.25, 0.5, 0.5]), region("Eve", [0.75, 0.75, 0.25, 0.25])]);
        let sent = send(&server, &Picture::jpeg_with_xmp(2, &microsoft("ADA", "0, 0.25, 0.5, 0.5")), xmp(&sidecar).as_bytes()).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        server.finish_jobs().await;
        let found = faces(&server, owner, second).await;
        let names: Vec<&Value> = found.iter().map(|face| &face["person"]["name"]).collect();
        assert_eq!(names, ["Bob", "Eve"], "Bob's face by hand is where the sidecar sees Cid");
        // What the user took away does not come again, be it said in the file or not.
        delete_face(&server, owner, &found[1], false).await;
        delete_face(&server, owner, &faces(&server, owner, first).await[0], false).await;
        for asset in [first, second] {
            server.finish_jobs().await;
            owner.refresh(&server, asset).await;
        }
        assert_eq!(faces(&server, owner, first).await, Vec::<Value>::new());
        assert_eq!(faces(&server, owner, second).await.len(), 1);
        assert!(exiftool(&server, first).await["RegionName"].is_null(), "the sidecar says that there is none");
    }
}

test_on_both! {
    async fn faces_are_written_to_sidecars_and_come_again(server: Server) {
        let owner = &server.admin;
        let turned = Picture::jpeg(1).with_exif(Exif { orientation: Some(8), ..Exif::default() });
        let foreign = xmp(&regions(&[region("Zoe", [0.9, 0.9, 0.1, 0.1])]));
        let asset = upload(&server, &turned, &foreign).await;
        assert_eq!(faces(&server, owner, asset).await, Vec::<Value>::new(), "no one asked for faces of files");
        let (ada, nameless) = (named(&server, owner, "Ada").await, named(&server, owner, "").await);
        for (person, x) in [(ada, 0), (nameless, 24)] {
            let face = json!({"assetId": asset, "personId": person, "imageWidth": 48, "imageHeight": 64,
                "x": x, "y": 16, "width": 12, "height": 32});
            tell_face(&server, owner, &face).await;
        }
        server.finish_jobs().await;
        let read = exiftool(&server, asset).await;
        assert_eq!((&read["RegionName"], &read["RegionDescription"]), (&json!(["Zoe", "Ada"]), &json!("of another program")), "{read}");
        // Whoever is called otherwise is called so in all sidecars.
        assert_eq!(update(&server, owner, ada, json!({"name": "Ada L."})).await.status, 200);
        assert_eq!(update(&server, owner, nameless, json!({"name": "Bob"})).await.status, 200);
        server.finish_jobs().await;
        assert_eq!(exiftool(&server, asset).await["RegionName"], json!(["Zoe", "Ada L.", "Bob"]));
        let gone = faces(&server, owner, asset).await.into_iter().find(|face| face["person"]["name"] == "Bob").expect("Bob");
        delete_face(&server, owner, &gone, true).await;
        server.finish_jobs().await;
        let sidecar = std::fs::read(place(&server, asset).await).expect("a sidecar");
        let before = told(&faces(&server, owner, asset).await);
        // Another library, which takes faces from files.
        let other = Server::start_with_faces_of_files(server.options.engine).await;
        let answer = send(&other, &turned, &sidecar).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        other.finish_jobs().await;
        let found = told(&faces(&other, &other.admin, answer.id()).await);
        let (zoe, same): (Vec<_>, Vec<_>) = found.into_iter().partition(|(name, ..)| name == "Zoe");
        assert_eq!(zoe.len(), 1);
        let expected: Vec<_> = before.into_iter().map(|(name, _, area)| exif(&name, area)).collect();
        assert_eq!(same, expected);
    }
}
