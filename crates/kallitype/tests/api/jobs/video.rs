//! What is done with a video after it was acknowledged.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use image::RgbImage;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{examined, thumbnail};
use crate::support::film::{H264, TEST_PICTURE, brightness, probe};
use crate::support::server::{Options, files_below};
use crate::support::{Answer, Engine, Picture, Server, assert_refused, assert_served, eventually};
use crate::test_on_both;

fn playback(id: Uuid) -> String {
    format!("/assets/{id}/video/playback")
}

/// The version for browsers, once it is there.
async fn converted(server: &Server, id: Uuid, film: &Picture) -> Vec<u8> {
    eventually("the version for browsers", async || {
        let played = Answer::of(server.get(&server.admin, &playback(id))).await;
        assert_eq!(played.status, 200, "{played:?}");
        (played.bytes != film.bytes).then_some(played.bytes)
    })
    .await
}

fn encoded_videos(server: &Server) -> usize {
    files_below(&server.options.data.join("encoded-video")).len()
}

async fn run_job(server: &Server, id: Uuid, name: &str) {
    let body = json!({"assetIds": [id], "name": name});
    let request = server.post(&server.admin, "/assets/jobs").json(&body);
    assert_eq!(Answer::of(request).await.status, 204);
}

async fn picture_of(server: &Server, id: Uuid) -> RgbImage {
    let answer = thumbnail(server, id).await;
    image::load_from_memory(&answer.bytes)
        .expect("a picture")
        .to_rgb8()
}

fn stream<'a>(report: &'a Value, kind: &str) -> &'a Value {
    let streams = report["streams"].as_array().expect("streams");
    let found = streams.iter().find(|stream| stream["codec_type"] == kind);
    found.unwrap_or(&Value::Null)
}

/// A film that no browser plays, larger than what one gets.
fn old_film() -> Picture {
    let options = [
        "-f",
        "lavfi",
        "-i",
        "sine=duration=2",
        "-c:v",
        "mjpeg",
        "-c:a",
        "pcm_s16le",
    ];
    Picture::film(
        "testsrc=size=1440x900:rate=5:duration=2",
        &options,
        "old.avi",
    )
}

/// A program that stands in for another.
fn script(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a program");
    path.to_str().expect("a plain path").to_owned()
}

test_on_both! {
    async fn a_video_is_known_and_seen(server: Server) {
        let options = [H264, &["-metadata", "creation_time=2019-03-04T05:06:07Z"]].concat();
        let film = Picture::film(TEST_PICTURE, &options, "film.mp4");
        let id = server.admin.upload_and_settle(&server, &film).await;
        let asset = examined(&server, id).await;
        for (property, value) in [
            ("duration", json!("0:00:02.000000")),
            ("width", json!(160)),
            ("height", json!(90)),
            ("fileCreatedAt", json!("2019-03-04T05:06:07.000Z")),
        ] {
            assert_eq!(asset[property], value, "{property}");
        }
        let answer = thumbnail(&server, id).await;
        let picture = image::load_from_memory(&answer.bytes).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (160, 90));
        assert!(brightness(&answer.bytes) > 40, "there is something to see");
        server.finish_jobs().await;
        assert_eq!(encoded_videos(&server), 0, "it plays as it is");
    }
}

test_on_both! {
    async fn a_turned_video_is_shown_upright(server: Server) {
        // Its left half is black.
        let source = "color=white:size=160x90:rate=10:duration=1,drawbox=w=80:h=90:color=black:t=fill";
        let film = Picture::film(source, H264, "half.mp4");
        for (degrees, orientation, size, black, white) in [
            (90, "6", (90, 160), (45, 20), (45, 140)),
            (180, "3", (160, 90), (140, 45), (20, 45)),
            (270, "8", (90, 160), (45, 140), (45, 20)),
        ] {
            let id = server.admin.upload_and_settle(&server, &film.turned(degrees)).await;
            let asset = server.admin.asset(&server, id).await;
            assert_eq!(asset["exifInfo"]["orientation"], orientation);
            assert_eq!((&asset["width"], &asset["height"]), (&json!(size.0), &json!(size.1)));
            assert_eq!(asset["exifInfo"]["exifImageWidth"], 160, "as stored");
            let picture = picture_of(&server, id).await;
            assert_eq!(picture.dimensions(), size);
            assert!(picture.get_pixel(black.0, black.1).0[0] < 40, "{degrees}");
            assert!(picture.get_pixel(white.0, white.1).0[0] > 215, "{degrees}");
        }
    }
}

test_on_both! {
    async fn a_black_beginning_is_passed_over(server: Server) {
        let source = "color=black:size=160x90:rate=10:duration=3[black];\
            testsrc=size=160x90:rate=10:duration=2[picture];[black][picture]concat";
        let film = Picture::film(source, H264, "intro.mp4");
        let id = server.admin.upload(&server, &film).await;
        assert!(brightness(&thumbnail(&server, id).await.bytes) > 40);

        let night = Picture::film("color=black:size=160x90:rate=10:duration=1", H264, "night.mp4");
        let id = server.admin.upload(&server, &night).await;
        assert!(brightness(&thumbnail(&server, id).await.bytes) < 20, "better black than nothing");
    }
}

test_on_both! {
    async fn what_browsers_play_is_left_alone(server: Server) {
        let vp9 = ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-deadline", "realtime", "-cpu-used", "8"];
        for film in [
            Picture::film(TEST_PICTURE, &vp9, "film.webm"),
            Picture::film(TEST_PICTURE, H264, "film.mp4"),
        ] {
            let id = server.admin.upload_and_settle(&server, &film).await;
            run_job(&server, id, "transcode-video").await;
            server.finish_jobs().await;
            let played = Answer::of(server.get(&server.admin, &playback(id))).await;
            assert!(played.bytes == film.bytes, "{}", film.name);
        }
        assert_eq!((encoded_videos(&server), server.job_errors().await), (0, Vec::new()));
    }
}

test_on_both! {
    async fn what_only_comes_in_another_container_is_repacked(server: Server) {
        let vp9 = ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-deadline", "realtime", "-cpu-used", "8"];
        let film = Picture::film(TEST_PICTURE, &vp9, "film.mkv");
        let id = server.admin.upload(&server, &film).await;
        let report = probe(&converted(&server, id, &film).await);
        assert_eq!(stream(&report, "video")["codec_name"], "vp9");
        assert_eq!(report["format"]["format_name"], "mov,mp4,m4a,3gp,3g2,mj2");
    }
}

test_on_both! {
    async fn what_browsers_do_not_play_is_converted(server: Server) {
        let owner = &server.admin;
        let film = old_film();
        let id = owner.upload(&server, &film).await;
        let bytes = converted(&server, id, &film).await;
        assert!(bytes == assert_served(&server, owner, &playback(id), "video/mp4", "old.mp4").await);
        let original = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
        assert!(original.bytes == film.bytes, "the original stays");

        let report = probe(&bytes);
        let (picture, sound) = (stream(&report, "video"), stream(&report, "audio"));
        assert_eq!((&picture["codec_name"], &picture["pix_fmt"]), (&json!("h264"), &json!("yuv420p")));
        assert_eq!((&picture["width"], &picture["height"]), (&json!(1152), &json!(720)));
        assert_eq!(sound["codec_name"], "aac");
        let place = |name: &[u8]| bytes.windows(4).position(|word| word == name);
        assert!(place(b"moov") < place(b"mdat"), "the index comes first");
    }
}

test_on_both! {
    async fn a_conversion_is_made_again_and_goes_with_its_video(server: Server) {
        let owner = &server.admin;
        let film = old_film();
        let id = owner.upload_and_settle(&server, &film).await;
        converted(&server, id, &film).await;
        server.finish_jobs().await;
        let before = files_below(&server.options.data.join("encoded-video"));
        run_job(&server, id, "transcode-video").await;
        eventually("another file in its place", async || {
            let after = files_below(&server.options.data.join("encoded-video"));
            (after.len() == 1 && after != before).then_some(())
        }).await;
        server.finish_jobs().await;
        let body = json!({"ids": [id], "force": true});
        let request = server.request_as(owner, reqwest::Method::DELETE, "/assets").json(&body);
        assert_eq!(Answer::of(request).await.status, 204);
        eventually("its end", async || (encoded_videos(&server) == 0).then_some(())).await;
    }
}

test_on_both! {
    async fn what_is_no_video_is_kept_all_the_same(server: Server) {
        let owner = &server.admin;
        let film = Picture::playable_film("film.mp4");
        let cut_off = film.bytes[..film.bytes.len() / 2].to_vec();
        for picture in [
            Picture::new(b"Dear diary, today was a fine day.\n".repeat(99), "diary.mp4"),
            Picture::new(cut_off, "cut-off.mp4"),
            Picture::new(b"#".to_vec(), "one-byte.mkv"),
        ] {
            let id = owner.upload(&server, &picture).await;
            server.finish_jobs().await;
            let answer = Answer::of(server.get(owner, &format!("/assets/{id}/thumbnail"))).await;
            assert_eq!(answer.status, 404, "{}", picture.name);
            let played = Answer::of(server.get(owner, &playback(id))).await;
            assert!(played.bytes == picture.bytes, "{}", picture.name);
        }
        let errors = server.job_errors().await;
        assert!(errors.iter().all(|error| error.contains("malformed content")), "{errors:?}");
        assert_eq!(errors.len(), 6);
    }
}

test_on_both! {
    async fn what_is_left_of_a_video_is_shown(server: Server) {
        let film = Picture::playable_film("film.mkv");
        let cut_off = Picture::new(film.bytes[..film.bytes.len() / 2].to_vec(), "cut-off.mkv");
        let id = server.admin.upload_and_settle(&server, &cut_off).await;
        assert!(brightness(&thumbnail(&server, id).await.bytes) > 40);
    }
}

test_on_both! {
    async fn a_playlist_opens_nothing(server: Server) {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret.ts");
        std::fs::write(&secret, Picture::playable_film("secret.ts").bytes).unwrap();
        let playlist = |target: &str| format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n{target}\n#EXT-X-ENDLIST\n"
        );
        let secret = secret.display().to_string();
        for (text, name) in [
            (playlist("file:///etc/passwd"), "passwd.mp4"),
            (playlist(&format!("file://{secret}")), "playlist.mp4"),
            (format!("ffconcat version 1.0\nfile '{secret}'\n"), "list.mkv"),
            (format!("v=0\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na={secret}\n"), "session.mov"),
        ] {
            let picture = Picture::new(text.into_bytes(), name);
            let id = server.admin.upload(&server, &picture).await;
            server.finish_jobs().await;
            let asset = server.admin.asset(&server, id).await;
            assert_eq!((&asset["duration"], &asset["thumbhash"]), (&json!("0:00:00.00000"), &Value::Null), "{name}");
        }
        assert_eq!((server.job_errors().await.len(), encoded_videos(&server)), (8, 0));
    }
}

/// A server with some settings, on the embedded database: what they do does not depend on it.
async fn with(settings: impl FnOnce(Options) -> Options) -> Server {
    Server::start_with(Engine::Sqlite, settings).await
}

#[tokio::test]
async fn nothing_is_converted_where_that_is_switched_off() {
    let server = with(|options| options.with("transcode", "off")).await;
    let id = server.admin.upload_and_settle(&server, &old_film()).await;
    server.finish_jobs().await;
    assert_eq!(encoded_videos(&server), 0);
    let body = json!({"assetIds": [id], "name": "transcode-video"});
    let request = server.post(&server.admin, "/assets/jobs").json(&body);
    let message = "This server cannot do transcode-video: it is switched off";
    assert_refused(request, 400, message).await;
}

#[tokio::test]
async fn everything_is_converted_where_that_is_wanted() {
    let server = with(|options| {
        let options = options
            .with("transcode", "all")
            .with("transcode-codec", "hevc");
        options.with("transcode-resolution", 50)
    })
    .await;
    let film = Picture::playable_film("film.mp4").turned(90);
    let id = server.admin.upload(&server, &film).await;
    let report = probe(&converted(&server, id, &film).await);
    let picture = stream(&report, "video");
    assert_eq!(
        (&picture["codec_name"], &picture["codec_tag_string"]),
        (&json!("hevc"), &json!("hvc1"))
    );
    assert_eq!(
        (&picture["width"], &picture["height"]),
        (&json!(50), &json!(88)),
        "upright, and even"
    );
    assert_eq!(
        picture["side_data_list"],
        Value::Null,
        "it is not turned twice"
    );
}

#[tokio::test]
async fn a_picture_that_browsers_decode_is_not_encoded_again() {
    let server = with(|options| options.with("transcode-resolution", 50)).await;
    let film = Picture::playable_film("film.mov").turned(90);
    let id = server.admin.upload(&server, &film).await;
    let report = probe(&converted(&server, id, &film).await);
    let picture = stream(&report, "video");
    assert_eq!(
        (&picture["width"], &picture["height"]),
        (&json!(160), &json!(90))
    );
    assert_eq!(picture["side_data_list"][0]["rotation"], -90);
    assert_eq!(report["format"]["tags"]["major_brand"], "isom");
}

#[tokio::test]
async fn high_dynamic_range_is_brought_into_range() {
    let server = with(|options| options).await;
    let options = [
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p10le",
        "-x265-params",
        "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    ];
    let film = Picture::film(TEST_PICTURE, &options, "hdr.mp4");
    assert_eq!(
        stream(&probe(&film.bytes), "video")["color_transfer"],
        "smpte2084"
    );
    let id = server.admin.upload_and_settle(&server, &film).await;
    assert!(brightness(&thumbnail(&server, id).await.bytes) > 40);
    let report = probe(&converted(&server, id, &film).await);
    let picture = stream(&report, "video");
    assert_eq!(
        (&picture["pix_fmt"], &picture["color_transfer"]),
        (&json!("yuv420p"), &json!("bt709"))
    );
}

#[tokio::test]
async fn without_the_programs_videos_are_kept_and_served() {
    let server = with(|options| options.with("ffmpeg-path", "/nowhere/ffmpeg")).await;
    let film = old_film();
    let id = server.admin.upload(&server, &film).await;
    let still = server.admin.upload(&server, &Picture::jpeg(1)).await;
    server.admin.settle(&server, still).await;
    server.finish_jobs().await;
    let played = Answer::of(server.get(&server.admin, &playback(id))).await;
    assert!(played.status == 200 && played.bytes == film.bytes);
    let errors = server.job_errors().await;
    assert_eq!(errors.len(), 2);
    assert!(
        errors
            .iter()
            .all(|error| error.contains("/nowhere/ffmpeg was not found")),
        "{errors:?}"
    );
    let body = json!({"assetIds": [id], "name": "transcode-video"});
    let request = server.post(&server.admin, "/assets/jobs").json(&body);
    let message = "This server cannot do transcode-video: /nowhere/ffmpeg was not found";
    assert_refused(request, 400, message).await;
    let about = Answer::of(server.get(&server.admin, "/server/about")).await;
    assert_eq!(about.json["ffmpeg"], Value::Null);
}

#[tokio::test]
async fn the_programs_reach_nothing_but_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = door.local_addr().unwrap().port();
    let probing = script(
        folder.path(),
        "ffprobe",
        &format!(
            // In one process: no other can be started.
            "[ -n \"$BASH\" ] || exec bash \"$0\" \"$@\"\n\
             read -r line < /etc/passwd && found=\"$found read\"\n\
             {{ : > /tmp/kallitype-escaped; }} && found=\"$found wrote\"\n\
             listed=(/tmp/*) && [ \"${{listed[0]}}\" != '/tmp/*' ] && found=\"$found listed\"\n\
             {{ : <> /dev/tcp/127.0.0.1/{port}; }} && found=\"$found called\"\n\
             [ -n \"$KALLITYPE_CONFIG\" ] && found=\"$found inherited\"\n\
             for last; do :; done\n\
             read -r content < \"${{last#file:}}\"\n\
             echo \"$content$found\" >&2\n\
             ulimit -f >&2\n\
             exec perl -x \"$0\"\n\
             #!perl\n\
             print STDERR getpriority(0, 0);\n\
             exit 1;\n\
             __END__"
        ),
    );
    let server = with(|options| options.with("ffprobe-path", probing)).await;
    let film = Picture::new(b"open".to_vec(), "film.mp4");
    server.admin.upload(&server, &film).await;
    server.finish_jobs().await;
    let errors = server.job_errors().await;
    assert_eq!(errors.len(), 2);
    for error in errors {
        assert!(error.ends_with(" open; 0; 19"), "{error}");
    }
}

#[tokio::test]
async fn a_conversion_keeps_to_its_size() {
    let server = with(|options| options.with("transcode-max-bytes", 5000)).await;
    server.admin.upload(&server, &old_film()).await;
    server.finish_jobs().await;
    let errors = server.job_errors().await;
    assert_eq!(
        errors,
        ["transcode-video: too large: the result exceeds its limit"]
    );
    assert_eq!(encoded_videos(&server), 0);
    let incoming = files_below(&server.options.data.join("incoming"));
    assert!(incoming.len() <= 1, "nothing but the lock: {incoming:?}");
}

#[tokio::test]
async fn a_program_that_does_not_end_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    // Whoever looks for the process finds it by this number.
    let marker = format!("{}", 1_000_000_000 + u64::from(std::process::id()));
    let probing = script(folder.path(), "ffprobe", &format!("exec sleep {marker}"));
    let server = with(|options| {
        let options = options
            .with("ffprobe-path", probing)
            .with("job-attempts", 1);
        options.with("media-timeout-seconds", 1)
    })
    .await;
    server.admin.upload(&server, &old_film()).await;
    server.finish_jobs().await;
    let errors = server.job_errors().await;
    assert!(
        errors
            .iter()
            .all(|error| error.contains("exceeded its time limit")),
        "{errors:?}"
    );
    assert_eq!(errors.len(), 2);
    eventually("the program's end", async || {
        (running(&marker) == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_and_a_crash_leaves_nothing_running() {
    let folder = tempfile::tempdir().unwrap();
    let marker = format!("{}", 2_000_000_000 + u64::from(std::process::id()));
    let converting = script(
        folder.path(),
        "ffmpeg",
        &format!("case \"$*\" in *-progress*) echo out_time_us=500000; exec sleep {marker};; esac"),
    );
    let mut server = with(|options| options.with("ffmpeg-path", converting)).await;
    server.admin.upload(&server, &old_film()).await;
    let progress = "SELECT CAST(progress AS TEXT) FROM job WHERE progress IS NOT NULL";
    let told = eventually("word of the progress", async || {
        server.jobs(progress).await.pop()
    })
    .await;
    assert_eq!(told, "25");
    eventually("the program in the middle of its work", async || {
        (running(&marker) == 1).then_some(())
    })
    .await;
    server.crash();
    eventually("the program's end", async || {
        (running(&marker) == 0).then_some(())
    })
    .await;
}

/// How many processes have this among their arguments.
fn running(marker: &str) -> usize {
    let processes = std::fs::read_dir("/proc").expect("processes");
    let lines = processes
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).into_owned());
    lines
        .filter(|line| line.split('\0').any(|word| word == marker))
        .count()
}
