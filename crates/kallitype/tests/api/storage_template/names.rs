//! What originals are called.

use serde_json::json;

use super::{assert_clean, assert_kept, command, enable, migrate, originals, path, path_in_folder};
use crate::support::{Answer, Exif, Picture, User, eventually};
use crate::test_on_both;

/// A picture that says when it was taken, and by what.
fn picture(seed: u32, taken: &str) -> Picture {
    let exif = Exif {
        date_time_original: Some(taken),
        offset: Some("+02:00"),
        make: Some("Kodak"),
        ..Exif::default()
    };
    Picture::jpeg_with_exif(seed, exif)
}

test_on_both! {
    async fn every_variable_says_what_it_is_called_for(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &picture(1, "2024:02:03 14:05:06").named("Holiday.1.JPEG")).await;
        let old = owner.upload(&server, &picture(2, "2009:12:31 23:59:58")).await;
        server.finish_jobs().await;
        owner.album(&server, &[id, old], json!({"albumName": "The sea. 2024"})).await;
        let short = &id.to_string()[24..];
        for (template, made) in [
            ("{{y}}/{{yy}}/{{M}}-{{MM}}-{{MMM}}-{{MMMM}}/{{filename}}", "2024/24/2-02-Feb-February/Holiday.1".to_owned()),
            ("{{W}}-{{WW}}/{{d}}-{{dd}}/{{filename}}", "5-05/3-03/Holiday.1".into()),
            ("{{h}}-{{hh}}-{{H}}-{{HH}}/{{m}}-{{mm}}-{{s}}-{{ss}}-{{SSS}}", "2-02-14-14/5-05-6-06-000".into()),
            ("{{filename}}_{{ext}}_{{filetype}}_{{filetypefull}}", "Holiday.1_jpg_IMG_IMAGE".into()),
            ("{{assetId}}/{{assetIdShort}}", format!("{id}/{short}")),
            ("{{album}}/{{filename}}", "The sea 2024/Holiday.1".into()),
            ("{{album-startDate-y}}-{{album-startDate-MM}}_{{album-endDate-yy}}-{{album-endDate-d}}", "2009-12_24-3".into()),
            ("{{#if album}}{{album}}{{else}}{{y}}{{/if}}/a", "The sea 2024/a".into()),
            ("{{make}}{{model}}{{lensModel}}/{{filename}}", "Kodak/Holiday.1".into()),
            ("{{ y }}/{{! a remark }}{{{filename}}}", "2024/Holiday.1".into()),
        ] {
            enable(&server, template).await;
            migrate(&server).await;
            assert_eq!(path_in_folder(&server, id).await, format!("{made}.jpg"), "{template}");
        }
        assert_clean(&server);
    }
}

test_on_both! {
    async fn what_an_asset_does_not_say_leaves_no_folder(server: Server) {
        enable(&server, "{{album}}/{{make}}/{{album-startDate-y}}/{{#if album}}in{{else}}out{{/if}}/{{filename}}").await;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        assert_eq!(path_in_folder(&server, id).await, "out/picture-1.jpg");
    }
}

test_on_both! {
    async fn a_name_that_another_file_has_gets_a_number(server: Server) {
        let owner = &server.admin;
        enable(&server, "{{y}}/{{filename}}").await;
        let folder = server.options.data.join("library/admin/2024");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("a+1.jpg"), "someone's").expect("a file");
        std::fs::write(folder.join("a+2.jpg.xmp"), "someone's").expect("a file");
        let mut kept = Vec::new();
        for seed in 0..6 {
            let picture = Picture::jpeg(seed).named(if seed < 5 { "a.jpg" } else { "A.jpg" });
            let id = owner.upload(&server, &picture).await;
            server.finish_jobs().await;
            kept.push((id, picture, path_in_folder(&server, id).await));
        }
        let mut names: Vec<&str> = kept.iter().map(|(_, _, path)| path.as_str()).collect();
        assert_eq!((names[0], names[5]), ("2024/a.jpg", "2024/A.jpg"));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 6, "{names:?}");
        assert!(!names.contains(&"2024/a+1.jpg") && !names.contains(&"2024/a+2.jpg"), "{names:?}");
        let before = originals(&server);
        migrate(&server).await;
        assert_eq!(originals(&server), before, "what has a number stays");
        for (id, picture, path) in &kept {
            assert_eq!(&path_in_folder(&server, *id).await, path);
            assert_kept(&server, owner, *id, picture).await;
        }
        assert_eq!(std::fs::read(folder.join("a+1.jpg")).expect("the file"), b"someone's");
        assert_eq!(std::fs::read(folder.join("a+2.jpg.xmp")).expect("the file"), b"someone's");
    }
}

test_on_both! {
    async fn no_name_leads_out_of_the_users_folder(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let label = json!({"storageLabel": "../../other"});
        let request = server.put(&server.admin, &format!("/admin/users/{}", other.id)).json(&label);
        assert_eq!(Answer::of(request).await.status, 200);
        let long = "ä".repeat(200);
        let names = ["../../../evil", "....", ". .", "a\\..\\b", "con:a|b?", long.as_str(), "-rf", "~", "a'b & <c>"];
        let camera = Exif { make: Some("../../../etc\u{1}"), ..Exif::default() };
        let mut kept = Vec::new();
        for (seed, name) in (0..).zip(names) {
            let picture = Picture::jpeg(seed).with_exif(camera).named(&format!("{name}.jpg"));
            let id = other.upload(&server, &picture).await;
            other.album(&server, &[id], json!({"albumName": format!("../..{}/{name}/.hidden", "x".repeat(seed as usize))})).await;
            kept.push((id, picture));
        }
        server.finish_jobs().await;
        for template in ["{{album}}/{{make}}/{{filename}}", "{{filename}}/{{filename}}", "{{make}}.{{filename}}", "{{ext}}{{album}}"] {
            enable(&server, template).await;
            migrate(&server).await;
            for (id, picture) in &kept {
                let path = path(&server, &other, *id).await;
                let below = path.strip_prefix("library/other/").unwrap_or_else(|| panic!("{path}"));
                for part in below.split('/') {
                    let is_name = !part.is_empty() && !part.starts_with('.') && part.len() <= 255;
                    assert!(is_name && !part.chars().any(char::is_control), "{path:?}");
                }
                assert!(server.options.data.join(&path).is_file(), "{path:?}");
                assert_kept(&server, &other, *id, picture).await;
            }
        }
        assert_eq!(originals(&server).len(), kept.len());
        assert!(server.job_errors().await.is_empty());
        assert_clean(&server);
    }
}

test_on_both! {
    async fn a_path_that_is_too_long_leaves_the_file_where_it_is(server: Server) {
        let id = server.admin.upload(&server, &Picture::jpeg(1).named(&format!("{}.jpg", "x".repeat(240)))).await;
        server.finish_jobs().await;
        let before = path(&server, &server.admin, id).await;
        enable(&server, &["{{filename}}"; 20].join("/")).await;
        command(&server, "start").await;
        eventually("the failure", async || {
            let errors = server.texts("SELECT error FROM job WHERE kind = 'apply-storage-template' AND error IS NOT NULL".into()).await;
            errors.iter().any(|error| error.contains("too long")).then_some(())
        })
        .await;
        assert_eq!(path(&server, &server.admin, id).await, before);
        assert_eq!(originals(&server), [before]);
    }
}

test_on_both! {
    async fn a_label_that_is_anothers_id_does_not_count(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let label = async |user: &User, label: serde_json::Value| {
            let request = server.put(&server.admin, &format!("/admin/users/{}", user.id)).json(&json!({"storageLabel": label}));
            assert_eq!(Answer::of(request).await.status, 200);
        };
        label(&other, json!(server.admin.id)).await;
        label(&server.admin, json!(null)).await;
        enable(&server, "{{filename}}").await;
        for user in [&server.admin, &other] {
            let id = user.upload(&server, &Picture::jpeg(1)).await;
            server.finish_jobs().await;
            assert_eq!(path(&server, user, id).await, format!("library/{}/picture-1.jpg", user.id));
            assert_kept(&server, user, id, &Picture::jpeg(1)).await;
        }
    }
}
