//! What apps are told at once, by the websocket that Socket.IO's clients open.

mod credentials;
mod events;
mod limits;
mod servers;
