use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use http::{HeaderMap, StatusCode};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::Picture;

/// How many numbers its vectors have.
const DIMENSIONS: usize = 512;

/// A service that speaks the protocol of Immich's machine learning. Of pictures it sees the colour, of texts it knows
/// three words. It ends with the test.
pub struct LearningService {
    pub address: String,
    state: Arc<Service>,
    /// All that answers for it. Without one, it is gone.
    serving: Option<Runtime>,
}

#[derive(Default)]
struct Service {
    asked: Mutex<Vec<Asked>>,
    pings: Mutex<u32>,
    mode: Mutex<Mode>,
    faces: Mutex<Vec<([u8; 3], Vec<Seen>)>>,
}

/// How it answers.
#[derive(Debug, Clone, Default)]
pub enum Mode {
    #[default]
    Right,
    /// With a status of failure.
    Failing(u16),
    /// With this, whatever it is asked.
    Saying(Value),
    /// Without an end.
    Endless,
    /// Never.
    Silent,
}

/// What it was asked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub entries: String,
    pub text: Option<String>,
    pub image: Option<Vec<u8>>,
    /// The name of each part, the name of its file and what it says that it is.
    pub parts: Vec<(String, Option<String>, Option<String>)>,
}

/// A face that it sees: its edges, and which way its vector points.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub edges: [f64; 4],
    pub direction: [f32; 3],
}

impl Drop for LearningService {
    fn drop(&mut self) {
        self.stop();
    }
}

impl LearningService {
    pub fn start() -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into())
    }

    fn start_at(address: SocketAddr) -> Self {
        let state = Arc::<Service>::default();
        let router = Router::new()
            .route("/ping", get(ping))
            .route("/predict", post(predict))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(state.clone());
        let listener = std::net::TcpListener::bind(address).expect("a port");
        listener.set_nonblocking(true).expect("a port");
        let address = listener.local_addr().expect("an address");
        // Of its own, so that no connection outlives it.
        let serving = Runtime::new().expect("threads");
        serving.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a port");
            axum::serve(listener, router)
                .await
                .expect("the service runs");
        });
        Self {
            address: format!("http://{address}"),
            state,
            serving: Some(serving),
        }
    }

    /// Answers no one any more, and takes no connection.
    pub fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.shutdown_background();
        }
    }

    /// Comes back where it was.
    pub fn come_back(&mut self) {
        let address = self.address.trim_start_matches("http://");
        *self = Self::start_at(address.parse().expect("an address"));
    }

    pub fn answer(&self, mode: Mode) {
        *self.state.mode.lock().expect("a mode") = mode;
    }

    /// Sees these faces in pictures of a colour.
    pub fn show_faces(&self, colour: [u8; 3], faces: &[Seen]) {
        let mut known = self.state.faces.lock().expect("faces");
        known.retain(|(other, _)| *other != colour);
        known.push((colour, faces.to_vec()));
    }

    /// What it was asked since it was last looked at.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state.asked.lock().expect("questions"))
    }

    /// How often it was asked whether it is there.
    pub fn pings(&self) -> u32 {
        *self.state.pings.lock().expect("a count")
    }
}

async fn ping(State(service): State<Arc<Service>>) -> &'static str {
    *service.pings.lock().expect("a count") += 1;
    "pong"
}

async fn predict(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let asked = read(&headers, body).await;
    service.asked.lock().expect("questions").push(asked.clone());
    let mode = service.mode.lock().expect("a mode").clone();
    match mode {
        Mode::Right => axum::Json(service.look(&asked)).into_response(),
        Mode::Failing(status) => StatusCode::from_u16(status)
            .expect("a status")
            .into_response(),
        Mode::Saying(answer) => axum::Json(answer).into_response(),
        Mode::Endless => {
            let chunks =
                stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"[1, ")));
            Body::from_stream(chunks).into_response()
        }
        Mode::Silent => std::future::pending().await,
    }
}

async fn read(headers: &HeaderMap, body: Bytes) -> Asked {
    let kind = headers["content-type"].to_str().expect("a readable header");
    let boundary = multer::parse_boundary(kind).expect("a form");
    let body = stream::once(async { Ok::<_, std::io::Error>(body) });
    let mut form = multer::Multipart::new(body, boundary);
    let mut asked = Asked::default();
    while let Some(field) = form.next_field().await.expect("a form") {
        let name = field.name().expect("a name").to_owned();
        let file = field.file_name().map(str::to_owned);
        let kind = field.content_type().map(ToString::to_string);
        asked.parts.push((name.clone(), file, kind));
        let bytes = field.bytes().await.expect("a part").to_vec();
        let text = || String::from_utf8(bytes.clone()).expect("a text");
        match name.as_str() {
            "entries" => asked.entries = text(),
            "text" => asked.text = Some(text()),
            _ => asked.image = Some(bytes),
        }
    }
    asked
}

impl Service {
    fn look(&self, asked: &Asked) -> Value {
        let entries: Value = serde_json::from_str(&asked.entries).expect("JSON");
        if let Some(text) = &asked.text {
            return json!({"clip": vector_of_text(text)});
        }
        let image = asked.image.as_ref().expect("a picture");
        let picture = image::load_from_memory(image).expect("a picture").to_rgb8();
        let colour = mean(&picture);
        let mut answer = json!({"imageHeight": picture.height(), "imageWidth": picture.width()});
        if entries.get("clip").is_some() {
            answer["clip"] = vector(colour).into();
        }
        if entries.get("facial-recognition").is_some() {
            answer["facial-recognition"] = self.faces_in(colour).into();
        }
        answer
    }

    /// The faces in pictures of the colour that is most like this one.
    fn faces_in(&self, colour: [f32; 3]) -> Vec<Value> {
        let known = self.faces.lock().expect("faces");
        let apart = |other: [u8; 3]| -> f32 {
            let sides = colour.iter().zip(other);
            sides
                .map(|(one, other)| (one - f32::from(other)).powi(2))
                .sum()
        };
        let nearest = known.iter().filter(|(other, _)| apart(*other) < 300.0);
        let nearest = nearest.min_by(|(one, _), (other, _)| apart(*one).total_cmp(&apart(*other)));
        let faces = nearest
            .map_or(&[][..], |(_, faces)| faces.as_slice())
            .iter();
        let face = |seen: &Seen| {
            let [x1, y1, x2, y2] = seen.edges;
            json!({
                "boundingBox": {"x1": x1, "y1": y1, "x2": x2, "y2": y2},
                "embedding": vector(seen.direction), "score": 0.9,
            })
        };
        faces.map(face).collect()
    }
}

fn mean(picture: &RgbImage) -> [f32; 3] {
    let mut sums = [0_u64; 3];
    for Rgb(pixel) in picture.pixels() {
        for (sum, part) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*part);
        }
    }
    let pixels = picture.pixels().len() as f32;
    sums.map(|sum| sum as f32 / pixels)
}

/// A text with numbers of which three are not 0, as the service answers it.
fn vector(direction: [f32; 3]) -> String {
    let mut numbers = vec![0.0; DIMENSIONS];
    numbers[..3].copy_from_slice(&direction);
    serde_json::to_string(&numbers).expect("JSON")
}

fn vector_of_text(text: &str) -> String {
    let has = |word: &str| if text.contains(word) { 1.0 } else { 0.05 };
    vector([has("red"), has("green"), has("blue")])
}

/// A picture of one colour.
pub fn plain(colour: [u8; 3], side: u32) -> Picture {
    let mut bytes = Vec::new();
    let drawn = RgbImage::from_pixel(side, side, Rgb(colour));
    let written = drawn.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png);
    written.expect("a PNG");
    let [red, green, blue] = colour;
    Picture::new(bytes, &format!("plain-{red}-{green}-{blue}-{side}.png"))
}
