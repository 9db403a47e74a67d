use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use reqwest::Method;
use serde_json::{Value, json};

use super::tree::{Tree, assets, id, library, scan, wait_for_hashes};
use crate::library::rebuild::lose_and_rebuild;
use crate::support::picture::xmp;
use crate::support::server::files_below;
use crate::support::{Answer, Exif, Picture, Server, User, eventually};
use crate::system_config::decide;
use crate::test_on_both;

async fn original(server: &Server, owner: &User, asset: &Value) -> Answer {
    Answer::of(server.get(owner, &format!("/assets/{}/original", id(asset)))).await
}

/// What is shown of an asset however often it is looked at.
fn lasting(asset: &Value) -> Value {
    let mut asset = asset.clone();
    for name in ["updatedAt", "originalPath", "originalFileName", "checksum"] {
        asset.as_object_mut().expect("an object").remove(name);
    }
    asset
}

test_on_both! {
    async fn nothing_below_an_import_path_is_written(server: Server) {
        let owner = &server.admin;
        let tree = Tree::empty();
        let taken = Picture::jpeg_with_exif(1, Exif::default());
        tree.write("a.jpg", &taken.bytes);
        tree.write("a.jpg.xmp", xmp(r#"<dc:description><rdf:Alt><rdf:li xml:lang="x-default">beside</rdf:li></rdf:Alt></dc:description>"#).as_bytes());
        tree.write("sub/b.png", &Picture::png(2).bytes);
        tree.write("sub/b.xmp", xmp(r#"<xmp:Rating>4</xmp:Rating>"#).as_bytes());
        tree.write("sub/.hidden.jpg", &Picture::jpeg(3).bytes);
        tree.write("sub/notes.txt", b"no picture");
        let outside = Tree::of(&["secret.jpg"]);
        symlink(&outside.root, tree.path("way")).unwrap();
        symlink(outside.path("secret.jpg"), tree.path("linked.jpg")).unwrap();
        let before = tree.listing();
        let library = library(&server, owner, &[&tree.root]).await;
        scan(&server, library).await;
        let found = assets(&server, owner, library).await;
        assert_eq!(found.keys().collect::<Vec<_>>(), [&tree.text("a.jpg"), &tree.text("sub/b.png")]);
        let (a, b) = (&found[&tree.text("a.jpg")], &found[&tree.text("sub/b.png")]);
        assert_eq!(a["exifInfo"]["description"], "beside");
        assert_eq!(b["exifInfo"]["rating"], 4);
        assert_eq!((&a["libraryId"], &a["isOffline"]), (&json!(library), &json!(false)));
        assert_eq!((&a["deviceId"], &a["originalFileName"]), (&json!("Library Import"), &json!("a.jpg")));
        let path = format!("path:{}", tree.text("a.jpg"));
        assert_eq!(a["checksum"], json!(Picture::new(path.into_bytes(), "x").checksum_base64()));
        assert_eq!(original(&server, owner, a).await.bytes, taken.bytes);
        let thumbnail = Answer::of(server.get(owner, &format!("/assets/{}/thumbnail", id(a)))).await;
        assert_eq!(thumbnail.status, 200);
        let archive = Answer::of(server.post(owner, "/download/archive").json(&json!({"assetIds": [id(a), id(b)]}))).await;
        assert_eq!(archive.status, 200);

        // Edits live in the database, and looking again does not take them back.
        let edits = json!({"description": "said", "rating": 2, "dateTimeOriginal": "2001-02-03T04:05:06.000Z", "latitude": 10.0, "longitude": 20.0});
        assert_eq!(owner.update(&server, id(a), edits).await.status, 200);
        server.finish_jobs().await;
        owner.refresh(&server, id(a)).await;
        server.finish_jobs().await;
        let edited = owner.asset(&server, id(a)).await;
        assert_eq!((&edited["exifInfo"]["description"], &edited["exifInfo"]["rating"]), (&json!("said"), &json!(2)));
        assert_eq!(edited["fileCreatedAt"], "2001-02-03T04:05:06.000Z");
        assert_eq!(server.job_errors().await, Vec::<String>::new());

        // No one gives it another file, or deletes it. What its owner deleted for good is not taken again.
        let form = Picture::jpeg(9).form();
        let replaced = Answer::of(server.put(owner, &format!("/assets/{}/original", id(a))).multipart(form)).await;
        assert_eq!(replaced.status, 400, "{replaced:?}");
        let force = json!({"ids": [id(b)], "force": true});
        assert_eq!(Answer::of(server.request_as(owner, Method::DELETE, "/assets").json(&force)).await.status, 204);
        owner.trash(&server, id(a)).await;
        assert_eq!(Answer::of(server.post(owner, "/trash/empty")).await.json["count"], 1);
        scan(&server, library).await;
        assert_eq!(assets(&server, owner, library).await.len(), 0);
        eventually("the removal of what was derived", async || {
            files_below(&server.options.data.join("thumbs")).is_empty().then_some(())
        })
        .await;
        assert_eq!(tree.listing(), before);
    }
}

test_on_both! {
    async fn a_file_that_is_moved_keeps_all_that_it_has(server: Server) {
        let owner = &server.admin;
        let tree = Tree::of(&["2020/a.jpg", "2020/b.jpg", "2020/c.jpg", "d.jpg"]);
        let library = library(&server, owner, &[&tree.root]).await;
        scan(&server, library).await;
        wait_for_hashes(&server).await;
        let before = assets(&server, owner, library).await;
        let ids: Vec<_> = before.values().map(id).collect();
        let album = owner.album(&server, &ids, json!({})).await;
        for asset in &ids {
            assert_eq!(owner.update(&server, *asset, json!({"description": "kept"})).await.status, 200);
        }
        server.finish_jobs().await;
        let before = assets(&server, owner, library).await;
        let derived = files_below(&server.options.data.join("thumbs"));

        tree.rename("2020", "old/2020");
        tree.rename("d.jpg", "e.jpg");
        // Over to another disk and back: nothing but its bytes is the same.
        let bytes = std::fs::read(tree.path("old/2020/c.jpg")).unwrap();
        std::fs::remove_file(tree.path("old/2020/c.jpg")).unwrap();
        tree.write("copied.jpg", &bytes);
        let earlier = SystemTime::now() - Duration::from_secs(100);
        std::fs::File::open(tree.path("copied.jpg")).unwrap().set_modified(earlier).unwrap();
        scan(&server, library).await;
        let after = assets(&server, owner, library).await;
        for (from, to) in [
            ("2020/a.jpg", "old/2020/a.jpg"),
            ("2020/b.jpg", "old/2020/b.jpg"),
            ("d.jpg", "e.jpg"),
        ] {
            let (before, after) = (&before[&tree.text(from)], &after[&tree.text(to)]);
            assert_eq!(lasting(after), lasting(before), "{from}");
            assert_eq!(after["originalFileName"], to.rsplit('/').next().unwrap());
        }
        let copied = &after[&tree.text("copied.jpg")];
        assert_eq!(copied["id"], before[&tree.text("2020/c.jpg")]["id"]);
        assert_eq!(copied["exifInfo"]["description"], "kept");
        assert_eq!(after.len(), 4);
        let album = Answer::of(server.get(owner, &format!("/albums/{}", album["id"].as_str().unwrap()))).await;
        assert_eq!(album.json["assetCount"], 4);
        let still = files_below(&server.options.data.join("thumbs"));
        // The copy was looked at once more, as its date is another one.
        let made_anew = still.iter().filter(|file| !derived.contains(file)).count();
        assert!(made_anew <= 2, "{made_anew} of {}", still.len());
    }
}

test_on_both! {
    async fn a_file_that_is_gone_or_another_one_is_noticed_and_what_is_back_is_back(server: Server) {
        let owner = &server.admin;
        let tree = Tree::of(&["a.jpg", "b.jpg", "c.jpg", "sub/d.jpg"]);
        let library = library(&server, owner, &[&tree.root]).await;
        scan(&server, library).await;
        let before = assets(&server, owner, library).await;
        let [a, b] = ["a.jpg", "b.jpg"].map(|name| id(&before[&tree.text(name)]));
        owner.trash(&server, b).await;
        let away = tempfile::tempdir_in(tree.root.parent().unwrap()).unwrap();
        for name in ["a.jpg", "b.jpg"] {
            std::fs::rename(tree.path(name), away.path().join(name)).unwrap();
        }
        let other = Picture::jpeg_of_size(77, 40, 30);
        tree.write("c.jpg", &other.bytes);
        tree.write("sub/d.jpg.xmp", xmp(r#"<xmp:Rating>5</xmp:Rating>"#).as_bytes());
        scan(&server, library).await;
        let gone = assets(&server, owner, library).await;
        for name in ["a.jpg", "b.jpg"] {
            let asset = &gone[&tree.text(name)];
            assert_eq!((&asset["isOffline"], &asset["isTrashed"]), (&json!(true), &json!(true)), "{name}");
        }
        let search = json!({"isOffline": true});
        let found = Answer::of(server.post(owner, "/search/metadata").json(&search)).await;
        assert_eq!(found.json["assets"]["items"].as_array().unwrap().len(), 2);
        assert_eq!(original(&server, owner, &gone[&tree.text("a.jpg")]).await.status, 404);
        let changed = &gone[&tree.text("c.jpg")];
        assert_eq!(changed["exifInfo"]["exifImageWidth"], 40);
        assert_eq!(changed["exifInfo"]["fileSizeInByte"], other.bytes.len());
        assert_eq!(original(&server, owner, changed).await.bytes, other.bytes);
        assert_eq!(gone[&tree.text("sub/d.jpg")]["exifInfo"]["rating"], 5);

        // The trash is not where they can be taken out of, or be deleted.
        for path in ["/trash/restore", "/trash/empty"] {
            assert_eq!(Answer::of(server.post(owner, path)).await.json["count"], 0, "{path}");
        }
        let restore = server.post(owner, "/trash/restore/assets").json(&json!({"ids": [a]}));
        assert_eq!(Answer::of(restore).await.status, 200);
        assert_eq!(owner.asset(&server, a).await["isOffline"], true);

        for name in ["a.jpg", "b.jpg"] {
            std::fs::rename(away.path().join(name), tree.path(name)).unwrap();
        }
        scan(&server, library).await;
        let back = assets(&server, owner, library).await;
        for (name, is_trashed) in [("a.jpg", false), ("b.jpg", true)] {
            let asset = &back[&tree.text(name)];
            assert_eq!((&asset["isOffline"], &asset["isTrashed"]), (&json!(false), &json!(is_trashed)), "{name}");
            assert_eq!(asset["id"], before[&tree.text(name)]["id"], "{name}");
        }
        // A link in the place of a folder leads nowhere.
        std::fs::rename(tree.path("sub"), away.path().join("sub")).unwrap();
        symlink(away.path().join("sub"), tree.path("sub")).unwrap();
        let d = &back[&tree.text("sub/d.jpg")];
        assert_eq!(original(&server, owner, d).await.status, 404);
    }
}

test_on_both! {
    async fn a_disk_that_is_not_there_costs_nothing(server: Server) {
        let owner = &server.admin;
        let (tree, other) = (Tree::of(&["a.jpg", "b.jpg"]), Tree::of(&["other.jpg"]));
        let library = library(&server, owner, &[&tree.root, &other.root]).await;
        scan(&server, library).await;
        let before = assets(&server, owner, library).await;
        assert_eq!(before.len(), 3);
        let away = tree.root.with_extension("away");
        std::fs::rename(&tree.root, &away).unwrap();
        let still = async |what: &str| {
            scan(&server, library).await;
            assert_eq!(assets(&server, owner, library).await, before, "{what}");
        };
        still("the folder is missing").await;
        std::fs::create_dir(&tree.root).unwrap();
        still("the folder is empty").await;
        std::fs::set_permissions(&tree.root, std::fs::Permissions::from_mode(0o0)).unwrap();
        still("the folder cannot be read").await;
        std::fs::remove_dir(&tree.root).unwrap();
        std::fs::rename(&away, &tree.root).unwrap();
        still("it is back").await;
        // What is there while they are on another disk, the last scan had not seen there.
        server.execute_sql("UPDATE library_file SET device = 12345, inode = inode + 1").await;
        std::fs::rename(tree.path("a.jpg"), tree.root.parent().unwrap().join("a.jpg")).unwrap();
        still("it is another disk").await;
        // After a start of the system, disks may have other names.
        server.execute_sql("UPDATE library_file SET device = 54321").await;
        scan(&server, library).await;
        let after = assets(&server, owner, library).await;
        let is_offline = |name: &str| after[&tree.text(name)]["isOffline"] == true;
        assert!(is_offline("a.jpg") && !is_offline("b.jpg"), "the disk is there, and the file is not");
    }
}

test_on_both! {
    async fn libraries_survive_the_loss_of_the_database(server: Server by first_start) {
        let mut server = server;
        let tree = Tree::of(&["a.jpg", "b.jpg"]);
        let library = library(&server, &server.admin, &[&tree.root]).await;
        scan(&server, library).await;
        let found = assets(&server, &server.admin, library).await;
        let a = id(&found[&tree.text("a.jpg")]);
        server.admin.update(&server, a, json!({"description": "kept", "isFavorite": true})).await;
        std::fs::remove_file(tree.path("b.jpg")).unwrap();
        scan(&server, library).await;
        let told = Answer::of(server.get(&server.admin, "/libraries")).await.json;
        let before = assets(&server, &server.admin, library).await;
        server.stop();
        let output = server.options.command(&["check"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("2 in external libraries"), "{said}");
        lose_and_rebuild(&mut server);
        server.start_again();
        server.admin = User::login(server.http(), &server.address, &server.admin.email).await;
        scan(&server, library).await;
        let after = assets(&server, &server.admin, library).await;
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        for (path, asset) in &before {
            for name in ["id", "libraryId", "isOffline", "isTrashed", "isFavorite", "checksum", "originalPath"] {
                assert_eq!(after[path][name], asset[name], "{path} {name}");
            }
        }
        assert_eq!(after[&tree.text("a.jpg")]["exifInfo"]["description"], "kept");
        let mut again = Answer::of(server.get(&server.admin, "/libraries")).await.json;
        for name in ["updatedAt", "refreshedAt"] {
            again[0][name] = told[0][name].clone();
        }
        assert_eq!(again, told);
        // With its owner's account, a library goes; its files do not.
        let owner = User::another(&server, "owner@example.org").await;
        let second = crate::libraries::tree::library(&server, &owner, &[&tree.root]).await;
        scan(&server, second).await;
        assert_eq!(assets(&server, &owner, second).await.len(), 1);
        let removal = server.request_as(&server.admin, Method::DELETE, &format!("/admin/users/{}", owner.id));
        assert_eq!(Answer::of(removal.json(&json!({"force": true}))).await.status, 200);
        server.finish_jobs().await;
        assert_eq!(Answer::of(server.get(&server.admin, "/libraries")).await.json.as_array().unwrap().len(), 1);
        assert!(tree.path("a.jpg").exists());
    }
}

test_on_both! {
    async fn a_watched_library_is_scanned_by_itself(server: Server by start_watching) {
        let owner = &server.admin;
        let tree = Tree::of(&["a.jpg"]);
        let library = library(&server, owner, &[&tree.root]).await;
        let has = async |count: usize| {
            eventually("a scan", async || (assets(&server, owner, library).await.len() == count).then_some(())).await;
        };
        has(1).await;
        server.finish_jobs().await;
        tree.write("new folder/b.jpg", &Picture::jpeg(5).bytes);
        has(2).await;
    }
}

test_on_both! {
    async fn libraries_are_scanned_when_the_settings_say_so(server: Server) {
        let owner = &server.admin;
        let tree = Tree::of(&["a.jpg"]);
        let library = library(&server, owner, &[&tree.root]).await;
        let each_second = [("library.scan.cronExpression", json!("* * * * * *"))];
        decide(&server, &each_second).await;
        eventually("a scan", async || (assets(&server, owner, library).await.len() == 1).then_some(())).await;
    }
}

impl Server {
    async fn start_watching(engine: crate::support::Engine) -> Self {
        Self::start_with(engine, |options| {
            options
                .with("library-watch", true)
                .with("library-watch-delay-seconds", 0)
        })
        .await
    }
}
