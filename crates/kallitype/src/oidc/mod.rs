//! Speaking OpenID Connect to a provider: who someone is there, and where they sign in and out.

pub(crate) mod fetch;
pub(crate) mod flow;
pub(crate) mod profile;
pub(crate) mod provider;
