//! The two forms of a letter: plain text, and a page that loads nothing from anywhere.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::mail::letter::Content;

const BODY: &str = "margin:0;padding:24px;background:#f4f4f2;color:#222;font:16px/1.5 sans-serif";
const SHEET: &str = "max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:8px";
const BUTTON: &str = "display:inline-block;padding:10px 20px;background:#23395b;color:#fff;border-radius:6px;text-decoration:none";
const SMALL: &str = "margin:24px 0 0;color:#666;font-size:13px";

/// The letter as plain text.
pub(crate) fn text(content: &Content) -> String {
    let mut parts = content.paragraphs.clone();
    if !content.details.is_empty() {
        let lines = content
            .details
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        parts.push(lines.collect::<Vec<_>>().join("\n"));
    }
    parts.extend(
        content
            .link
            .as_ref()
            .map(|(label, url)| format!("{label}: {url}")),
    );
    parts.join("\n\n") + "\n"
}

/// The letter as a page.
pub(crate) fn page(content: &Content) -> String {
    let middle = html! {
        @for paragraph in &content.paragraphs {
            p { (paragraph) }
        }
        @if !content.details.is_empty() {
            table {
                @for (name, value) in &content.details {
                    tr { th align="left" { (name) } td { code { (value) } } }
                }
            }
        }
    };
    sheet(content, &middle)
}

/// The letter as a page with HTML of an administrator's in the place of its words.
pub(crate) fn custom(content: &Content, words: &str) -> String {
    sheet(content, &PreEscaped(words.to_owned()))
}

fn sheet(content: &Content, middle: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (content.subject) }
            }
            body style=(BODY) {
                div style=(SHEET) {
                    (middle)
                    @if let Some((label, url)) = &content.link {
                        p { a href=(url) style=(BUTTON) { (label) } }
                        p style=(SMALL) { "If the button does not work: " (url) }
                    }
                    p style=(SMALL) { "Sent by Kallitype." }
                }
            }
        }
    };
    page.into_string()
}

/// A template with its variables filled in, once: what a value says in braces stays as it is.
pub(crate) fn fill(template: &str, variables: &[(&str, String)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = variables.iter().find_map(|(name, value)| {
            let behind = after.strip_prefix(name)?.strip_prefix('}')?;
            Some((value, behind))
        });
        rest = match known {
            Some((value, behind)) => {
                filled.push_str(&html! { (value) }.into_string());
                behind
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_once_and_escaped() {
        let variables = [
            ("albumName", "<b>{senderName}</b>".to_owned()),
            ("senderName", "\"Ann\" & Bob".to_owned()),
        ];
        let filled = fill("<i>{senderName}</i>: {albumName} {unknown} {", &variables);
        let expected =
            "<i>&quot;Ann&quot; &amp; Bob</i>: &lt;b&gt;{senderName}&lt;/b&gt; {unknown} {";
        assert_eq!(filled, expected);
    }
}
