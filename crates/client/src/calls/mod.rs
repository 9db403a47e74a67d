//! The calls, by what they are about. Unless one says more, its errors are those of
//! [`Client::call`](crate::Client::call).

mod accounts;
mod assets;
mod server;
mod shared_links;
