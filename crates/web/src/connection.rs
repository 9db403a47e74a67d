//! One connection: what it is about, and for how long its client has been waited for.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::connections::Place;
use crate::limits::Limits;
use crate::pace::{Expected, Pace};

/// Bytes of an answer that the kernel keeps before it sends them. With more, it would be long before anyone sees that a
/// client that was fast takes little.
const KEPT_UNSENT: u32 = 256 << 10;

/// For how long a connection is spared on which no one has shown a valid credential: those that come at the same moment do
/// not take each other's place.
const SPARED: Duration = Duration::from_millis(50);

/// What is known of one connection. Stands in the extensions of its requests.
#[derive(Debug)]
pub struct Connection {
    state: Mutex<State>,
    told_to_leave: Notify,
    expected_of_bodies: Expected,
    expected_of_answers: Expected,
    give_way: Duration,
}

#[derive(Debug)]
struct State {
    /// Since when a request is waited for, while there is none and nothing of an answer left to send.
    idle_since: Option<Instant>,
    has_request: bool,
    has_unsent: bool,
    /// Whether the request has a valid credential.
    is_vouched_for: bool,
    is_handed_over: bool,
    last_read: Instant,
    body: Pace,
    answer: Pace,
}

impl Connection {
    pub(crate) fn new(limits: &Limits) -> Self {
        let now = Instant::now();
        let rate = limits.min_bytes_per_second;
        Self {
            state: Mutex::new(State {
                idle_since: None,
                has_request: false,
                has_unsent: false,
                is_vouched_for: false,
                is_handed_over: false,
                last_read: now,
                body: Pace::default(),
                answer: Pace::default(),
            }),
            told_to_leave: Notify::new(),
            expected_of_bodies: Expected::new(limits.body_timeout, rate),
            expected_of_answers: Expected::new(limits.answer_timeout, rate),
            give_way: limits.give_way,
        }
    }

    /// Notes that a valid credential came with the request: it is spared for longer when others need its place.
    pub fn vouch(&self) {
        self.lock().is_vouched_for = true;
    }

    /// Notes that something else than HTTP is spoken from now on. Whoever speaks it sees to how many there are and how long
    /// they may wait; it makes no room for others.
    pub fn hand_over(&self) {
        self.lock().is_handed_over = true;
    }

    /// Notes that there is a request, until what this answers is dropped.
    pub(crate) fn begin_request(self: &Arc<Self>) -> UnderWay {
        let mut state = self.lock();
        state.has_request = true;
        state.idle_since = None;
        state.is_vouched_for = false;
        state.body = Pace::default();
        UnderWay(self.clone())
    }

    /// Notes that the server wants more of the request's body than there is. Answers until when it waits.
    pub(crate) fn wait_for_body(&self) -> Instant {
        let expected = self.expected_of_bodies;
        self.lock().body.wait(Instant::now(), expected)
    }

    /// Notes what the server got of the body. It may have come long before: while it was busy with what came earlier.
    pub(crate) fn got_of_body(&self, bytes: usize) {
        let mut state = self.lock();
        let came = state.last_read;
        state.body.go_on(came, bytes, self.expected_of_bodies);
    }

    fn has_read(&self) {
        self.lock().last_read = Instant::now();
    }

    /// Notes that nothing has come.
    fn wait_to_read(&self) {
        let mut state = self.lock();
        if !state.has_request && !state.has_unsent {
            state.idle_since.get_or_insert_with(Instant::now);
        }
    }

    /// Notes that the client does not take what there is of the answer. Answers until when the server waits.
    fn wait_to_send(&self) -> Instant {
        let mut state = self.lock();
        state.has_unsent = true;
        state.answer.wait(Instant::now(), self.expected_of_answers)
    }

    fn has_sent(&self, bytes: usize) {
        let expected = self.expected_of_answers;
        self.lock().answer.go_on(Instant::now(), bytes, expected);
    }

    fn has_sent_all(&self) {
        let mut state = self.lock();
        state.has_unsent = false;
        state.answer = Pace::default();
    }

    /// For how long its client keeps it waiting; `None` when that is not long enough to take its place away.
    pub(crate) fn could_give_way(&self, now: Instant) -> Option<Duration> {
        let state = self.lock();
        if state.is_handed_over {
            return None;
        }
        let idle = state
            .idle_since
            .map(|since| now.saturating_duration_since(since));
        let waited = [idle, state.body.waiting(now), state.answer.waiting(now)];
        let waited = waited.into_iter().flatten().max()?;
        let spared = match state.is_vouched_for && idle.is_none() {
            true => self.give_way,
            false => SPARED,
        };
        (waited >= spared).then_some(waited)
    }

    /// Asks it to make room for another one.
    pub(crate) fn tell_to_leave(&self) {
        self.told_to_leave.notify_one();
    }

    /// Waits until it has to make room, and is not about to do something else meanwhile.
    pub(crate) async fn has_to_leave(&self) {
        loop {
            self.told_to_leave.notified().await;
            if self.could_give_way(Instant::now()).is_some() {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is not answered to its end.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Connection>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.lock().has_request = false;
    }
}

/// Wakes whoever polls it when a moment has come. The moment may move, but not forward in time.
#[derive(Debug, Default)]
pub(crate) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    pub(crate) fn poll(&mut self, moment: Instant, context: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(moment)));
        loop {
            ready!(sleep.as_mut().poll(context));
            if sleep.deadline() >= moment {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(moment);
        }
    }
}

/// The bytes of a connection. A client that does not take its answer for too long gets an error.
pub(crate) struct Stream {
    stream: TcpStream,
    connection: Arc<Connection>,
    /// Given free when its bytes end, whatever is spoken on it then.
    _place: Place,
    /// Whether the client was waited for since everything was sent.
    is_slow: bool,
    alarm: Alarm,
}

impl Stream {
    pub(crate) fn new(stream: TcpStream, place: Place) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        SockRef::from(&stream).set_tcp_notsent_lowat(KEPT_UNSENT)?;
        Ok(Self {
            stream,
            connection: place.connection.clone(),
            _place: place,
            is_slow: false,
            alarm: Alarm::default(),
        })
    }

    fn watch(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => {
                self.is_slow = true;
                let deadline = self.connection.wait_to_send();
                ready!(self.alarm.poll(deadline, context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Ready(written) => {
                if let (Ok(bytes), true) = (&written, self.is_slow) {
                    self.connection.has_sent(*bytes);
                }
                Poll::Ready(written)
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        match read {
            Poll::Pending => self.connection.wait_to_read(),
            Poll::Ready(_) if buffer.filled().len() > before => self.connection.has_read(),
            Poll::Ready(_) => {}
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, buffer);
        self.watch(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.watch(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Only called when there is nothing more to write.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if std::mem::take(&mut self.is_slow) {
            self.connection.has_sent_all();
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // What its client does not take, the kernel would go on offering for minutes.
        if self.is_slow
            && let Err(error) = self.stream.set_zero_linger()
        {
            tracing::debug!(%error, "a connection was gone already");
        }
    }
}
