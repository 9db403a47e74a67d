/// Longest caption kept, in characters.
pub(crate) const DESCRIPTION_LIMIT: usize = 10_000;
/// Longest of any other text kept, in characters.
pub(crate) const NAME_LIMIT: usize = 255;

/// Bytes of uncertain encoding as text: UTF-8 when they are that, else Latin-1, which old cameras
/// and programs wrote.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// One line of text: no control characters, trimmed, at most [`NAME_LIMIT`] characters.
pub(crate) fn name(text: &str) -> Option<String> {
    clean(text, NAME_LIMIT, |character| character.is_control())
}

/// Text that may have several lines, at most [`DESCRIPTION_LIMIT`] characters.
pub(crate) fn description(text: &str) -> Option<String> {
    // Old systems end lines with the first of the two characters that others end them with.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    clean(&text, DESCRIPTION_LIMIT, |character| {
        character.is_control() && character != '\n' && character != '\t'
    })
}

fn clean(text: &str, limit: usize, unwanted: impl Fn(char) -> bool) -> Option<String> {
    let kept: String = text
        .trim_matches(|character: char| character.is_whitespace() || character.is_control())
        .chars()
        .filter(|&character| !unwanted(character))
        .take(limit)
        .collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_names() {
        assert_eq!(name("  NIKON\0\0 "), Some("NIKON".to_owned()));
        assert_eq!(name("a\x1b[31m\nb"), Some("a[31mb".to_owned()));
        assert_eq!(name(" \0 "), None);
        assert_eq!(name(&"é".repeat(300)).map(|n| n.chars().count()), Some(255));
    }

    #[test]
    fn keeps_lines_of_descriptions() {
        for text in ["one\r\ntwo\0", "one\rtwo", "\rone\ntwo\r\n"] {
            assert_eq!(description(text), Some("one\ntwo".to_owned()));
        }
    }

    #[test]
    fn reads_latin_1_where_utf_8_fails() {
        assert_eq!(decode(b"Caf\xe9"), "Café");
        assert_eq!(decode("Café".as_bytes()), "Café");
    }
}
