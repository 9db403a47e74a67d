//! Several servers on one PostgreSQL and one media folder.

mod jobs;
mod journal;
mod quotas;
