//! The mail server, and what letters say.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{full_text, long_text, reveal, secret, section, text, text_if, whole};
use crate::config::Secret;
use kallitype_web::fields::Fields;
use kallitype_web::request;
use lettre::message::Mailbox;

request! {
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigNotificationsDto {
        smtp: SystemConfigSmtpDto = with(section),
    }
}

request! {
    /// By which server mail is sent, and whom it comes from.
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigSmtpDto {
        enabled: bool = required_boolean(),
        from: String = with(sender),
        reply_to: String = with(reply_to),
        transport: SystemConfigSmtpTransportDto = with(transport),
    }
}

request! {
    /// How a mail server is reached.
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigSmtpTransportDto {
        host: String = with(text),
        ignore_cert: bool = required_boolean(),
        #[schema(value_type = String)]
        #[serde(serialize_with = "reveal")]
        password: Secret = with(secret),
        #[schema(value_type = f64, minimum = 0, maximum = 65_535)]
        port: u16 = with(port),
        username: String = with(text),
        /// Whether the connection is encrypted from its beginning; later versions of the API ask.
        #[schema(ignore)]
        #[serde(skip)]
        secure: Option<bool> = boolean(),
    }
}

impl Default for SystemConfigSmtpTransportDto {
    fn default() -> Self {
        Self {
            host: String::new(),
            ignore_cert: false,
            password: Secret::default(),
            port: 587,
            username: String::new(),
            secure: None,
        }
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigTemplatesDto {
        email: SystemConfigTemplateEmailsDto = with(section),
    }
}

request! {
    /// HTML that takes the place of a letter's own words.
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigTemplateEmailsDto {
        album_invite_template: String = with(long_text),
        album_update_template: String = with(long_text),
        welcome_template: String = with(long_text),
    }
}

fn sender(fields: &Fields<'_>, name: &str) -> String {
    let sender = text_if("enabled", fields, name, full_text);
    refuse_no_mailbox(fields, name, &sender);
    sender
}

fn reply_to(fields: &Fields<'_>, name: &str) -> String {
    let reply_to = text(fields, name);
    refuse_no_mailbox(fields, name, &reply_to);
    reply_to
}

fn refuse_no_mailbox(fields: &Fields<'_>, name: &str, text: &str) {
    let is_used = !fields.is_off("enabled") && !text.is_empty();
    if is_used && text.parse::<Mailbox>().is_err() {
        fields.refuse(name, "must be an email");
    }
}

/// A server that mail is sent by has a name.
fn transport(fields: &Fields<'_>, name: &str) -> SystemConfigSmtpTransportDto {
    let transport: SystemConfigSmtpTransportDto = section(fields, name);
    if fields.has(name) && !fields.is_off("enabled") && transport.host.is_empty() {
        fields.refuse(&format!("{name}.host"), "should not be empty");
    }
    transport
}

fn port(fields: &Fields<'_>, name: &str) -> u16 {
    whole(fields, name, 0, i64::from(u16::MAX))
}
