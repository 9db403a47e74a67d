use kallitype_web::fields::Fields;

/// An optional PIN.
pub(crate) fn pin(fields: &Fields<'_>, name: &str) -> Option<String> {
    let text = fields.text(name)?;
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        fields.refuse(name, "must be a 6-digit numeric string");
    }
    Some(text)
}
