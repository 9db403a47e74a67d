use reqwest::{Method, RequestBuilder};

use super::{Answer, Server, User};

const CACHED: &str = "private, no-cache, no-transform";

/// Checks how a file is given out at a path: its headers, conditions and ranges. Answers its bytes.
pub async fn assert_served(
    server: &Server,
    owner: &User,
    path: &str,
    mime: &str,
    name: &str,
) -> Vec<u8> {
    let whole = Answer::of(server.get(owner, path)).await;
    assert_eq!(whole.status, 200, "{whole:?}");
    let length = whole.bytes.len();
    for (header, value) in [
        ("content-type", mime),
        ("content-length", &length.to_string()),
        (
            "content-disposition",
            &format!("inline; filename*=UTF-8''{name}"),
        ),
        ("cache-control", CACHED),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(whole.header(header), value, "{header}");
    }
    assert!(
        whole
            .header("content-security-policy")
            .starts_with("sandbox"),
        "no script runs here"
    );
    let head = Answer::of(server.request_as(owner, Method::HEAD, path)).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    for header in [
        "content-type",
        "content-length",
        "content-disposition",
        "cache-control",
        "etag",
        "last-modified",
    ] {
        assert_eq!(
            head.header(header),
            whole.header(header),
            "{header} of HEAD"
        );
    }
    assert_conditions(&whole, || server.get(owner, path)).await;
    assert_ranges(&whole, || server.get(owner, path)).await;
    whole.bytes
}

async fn assert_conditions(whole: &Answer, request: impl Fn() -> RequestBuilder) {
    let (tag, modified) = (whole.header("etag"), whole.header("last-modified"));
    assert!(
        tag.len() > 10 && tag.starts_with('"') && tag.ends_with('"'),
        "{tag}"
    );
    assert!(modified.ends_with(" GMT"), "{modified}");
    let (past, future) = (
        "Thu, 01 Jan 1970 00:00:01 GMT",
        "Fri, 01 Jan 2100 00:00:00 GMT",
    );
    for (conditions, status) in [
        (vec![("if-none-match", tag)], 304),
        (
            vec![("if-none-match", &*format!("\"other\", W/{tag}"))],
            304,
        ),
        (vec![("if-none-match", "*")], 304),
        (vec![("if-none-match", "\"other\"")], 200),
        (vec![("if-modified-since", modified)], 304),
        (vec![("if-modified-since", future)], 304),
        (vec![("if-modified-since", past)], 200),
        (vec![("if-modified-since", "yesterday")], 200),
        (
            vec![
                ("if-none-match", "\"other\""),
                ("if-modified-since", future),
            ],
            200,
        ),
    ] {
        let asked = conditions.iter().fold(request(), |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = Answer::of(asked).await;
        assert_eq!(answer.status, status, "{conditions:?}");
        assert_eq!(
            (answer.header("etag"), answer.header("cache-control")),
            (tag, CACHED),
            "{conditions:?}"
        );
        assert_eq!(answer.bytes.is_empty(), status == 304, "{conditions:?}");
    }
}

async fn assert_ranges(whole: &Answer, request: impl Fn() -> RequestBuilder) {
    let (bytes, length, last) = (&whole.bytes, whole.bytes.len(), whole.bytes.len() - 1);
    for (range, first, end) in [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=3-9".to_owned(), 3, 10),
        ("bytes=5-".to_owned(), 5, length),
        ("bytes=-7".to_owned(), length - 7, length),
        (format!("bytes=-{}", length + 5), 0, length),
        (format!("bytes={last}-{}", length + 99), last, length),
    ] {
        let part = Answer::of(request().header("range", &range)).await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(
            part.header("content-range"),
            format!("bytes {first}-{}/{length}", end - 1),
            "{range}"
        );
        assert_eq!(
            part.header("content-length"),
            (end - first).to_string(),
            "{range}"
        );
        assert_eq!(
            part.header("content-type"),
            whole.header("content-type"),
            "{range}"
        );
        assert!(part.bytes == bytes[first..end], "{range}");
    }
    for range in [format!("bytes={length}-"), "bytes=-0".to_owned()] {
        let refused = Answer::of(request().header("range", &range)).await;
        assert_eq!(refused.status, 416, "{range}");
        assert_eq!(
            refused.header("content-range"),
            format!("bytes */{length}"),
            "{range}"
        );
        assert_eq!(
            (refused.header("cache-control"), &refused.json["statusCode"]),
            ("no-store", &416.into())
        );
    }
    for ignored in ["bytes=9-3", "bytes=a-b", "lines=1-2", "bytes="] {
        let answer = Answer::of(request().header("range", ignored)).await;
        assert!(answer.status == 200 && answer.bytes == *bytes, "{ignored}");
    }
    for (condition, status) in [
        (whole.header("etag"), 206),
        (whole.header("last-modified"), 206),
        ("\"other\"", 200),
    ] {
        let answer = Answer::of(
            request()
                .header("range", "bytes=0-1")
                .header("if-range", condition),
        )
        .await;
        assert_eq!(answer.status, status, "if-range: {condition}");
    }
    assert_several_ranges(whole, request().header("range", "bytes=0-1, 4-8,-3")).await;
}

async fn assert_several_ranges(whole: &Answer, request: RequestBuilder) {
    let (bytes, length) = (&whole.bytes, whole.bytes.len());
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 206);
    let boundary = answer
        .header("content-type")
        .strip_prefix("multipart/byteranges; boundary=")
        .expect("several parts");
    let mut expected = Vec::new();
    for part in [0..2, 4..9, length - 3..length] {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {}\r\nContent-Range: bytes {}-{}/{length}\r\n\r\n",
            whole.header("content-type"),
            part.start,
            part.end - 1,
        );
        expected.extend(head.into_bytes());
        expected.extend(&bytes[part]);
    }
    expected.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
    assert!(answer.bytes == expected, "{answer:?}");
    assert_eq!(answer.header("content-length"), expected.len().to_string());
}
