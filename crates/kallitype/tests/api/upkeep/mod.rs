//! `/kallitype/integrity`, `/kallitype/log` and `/kallitype/uploads`: what administrators look after in the web app.

mod integrity;
mod log;
mod uploads;
