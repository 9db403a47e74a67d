use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;
use uuid::Uuid;

/// What a server answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// Null when the body is no JSON.
    pub json: Value,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.bytes[..self.bytes.len().min(1000)])
        )
    }
}

impl Answer {
    /// Sends a request and reads the whole answer.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a whole answer").to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            bytes,
            json,
        }
    }

    /// The `id` of the answer.
    pub fn id(&self) -> Uuid {
        self.json["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a UUID")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a readable header"))
    }
}

/// Sends a request that has to be refused with a status and one sentence, in the shape every refusal has.
pub async fn assert_refused(request: RequestBuilder, status: u16, message: &str) {
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json["message"], message, "{answer:?}");
    assert_shape(&answer);
}

/// Sends a request that has to be refused because it breaks exactly these rules, in any order.
pub async fn assert_invalid(request: RequestBuilder, rules: &[&str]) {
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let broken = answer.json["message"]
        .as_array()
        .unwrap_or_else(|| panic!("a list of rules: {answer:?}"));
    let mut broken: Vec<&str> = broken.iter().filter_map(Value::as_str).collect();
    let mut rules = rules.to_vec();
    broken.sort_unstable();
    rules.sort_unstable();
    assert_eq!(broken, rules);
    assert_shape(&answer);
}

fn assert_shape(answer: &Answer) {
    assert_eq!(answer.json["statusCode"], answer.status);
    assert!(
        answer.json["error"]
            .as_str()
            .is_some_and(|error| !error.is_empty()),
        "{answer:?}"
    );
    let correlation_id = answer.json["correlationId"]
        .as_str()
        .expect("a correlation id");
    assert!(Uuid::parse_str(correlation_id).is_ok(), "{answer:?}");
    assert_eq!(answer.header("x-request-id"), correlation_id, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.header("cache-control"),
        "no-store",
        "refusals are not cached"
    );
}
