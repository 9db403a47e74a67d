//! What files are called in an archive: what they were called before, as far as every system takes it, and each once.

use std::collections::HashMap;

/// Bytes of a name, as file systems have it.
const MAX_BYTES: usize = 255;

/// Bytes after the last dot of a name that still count as its extension, the dot included.
const MAX_EXTENSION_BYTES: usize = 32;

/// What is called nothing.
const UNNAMED: &str = "unnamed";

/// The names that an archive has.
#[derive(Debug, Default)]
pub struct Names {
    /// In lower case, since many systems do not tell cases apart, with the number of the last repetition.
    taken: HashMap<String, u32>,
}

impl Names {
    /// A safe name that nothing else in the archive has: repetitions are `name+1.ext`, `name+2.ext`.
    pub fn take(&mut self, original: &str) -> String {
        let name = safe(original);
        let lower = name.to_lowercase();
        let mut number = self.taken.get(&lower).copied();
        let mut free = name.clone();
        while let Some(last) = number {
            let next = last.saturating_add(1);
            free = numbered(&name, next);
            self.taken.insert(lower.clone(), next);
            number = self.taken.get(&free.to_lowercase()).map(|_| next);
        }
        self.taken.insert(free.to_lowercase(), 0);
        free
    }
}

/// A name that is one file in one folder on every system, and seen as what it is.
fn safe(original: &str) -> String {
    let harmless = |character| {
        if is_harmful(character) {
            '_'
        } else {
            character
        }
    };
    let name: String = original.chars().map(harmless).collect();
    // Windows drops these at the end; without them no name is `.` or `..`.
    let name = name.trim_end_matches(['.', ' ']);
    let name = match name.trim_start().is_empty() {
        true => UNNAMED.to_owned(),
        false if is_reserved(name) => format!("_{name}"),
        false => name.to_owned(),
    };
    let (stem, extension) = split(&name);
    shortened(stem, extension)
}

/// What parts paths, what some systems refuse, and what makes a name look like another.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '/' | '\\'
                | ':'
                | '*'
                | '?'
                | '"'
                | '<'
                | '>'
                | '|'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// Whether Windows takes a name, whatever its extension is, for a device.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_uppercase();
    let port = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let is_port = port.is_some_and(|number| {
        let mut characters = number.chars();
        let is_number = |it: char| it.is_ascii_digit() || matches!(it, '¹' | '²' | '³');
        characters.next().is_some_and(is_number) && characters.next().is_none()
    });
    is_port || matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
}

/// The part before the extension, and the extension with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot @ 1..) if name.len() - dot <= MAX_EXTENSION_BYTES => name.split_at(dot),
        _ => (name, ""),
    }
}

fn numbered(name: &str, number: u32) -> String {
    let (stem, extension) = split(name);
    shortened(stem, &format!("+{number}{extension}"))
}

/// A name of which the stem is cut, should it be too long.
fn shortened(stem: &str, end: &str) -> String {
    let room = stem.floor_char_boundary(MAX_BYTES.saturating_sub(end.len()));
    format!("{}{end}", &stem[..room])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(originals: &[&str]) -> Vec<String> {
        let mut names = Names::default();
        originals.iter().map(|name| names.take(name)).collect()
    }

    #[test]
    fn repetitions_are_numbered_whatever_their_case() {
        let names = taken(&["a.jpg", "A.JPG", "a.jpg", "a+1.jpg", "b", "b", "a.png"]);
        let expected = [
            "a.jpg",
            "A+1.JPG",
            "a+2.jpg",
            "a+1+1.jpg",
            "b",
            "b+1",
            "a.png",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_number_that_is_a_name_already_is_passed_over() {
        assert_eq!(
            taken(&["a+1.jpg", "a.jpg", "a.jpg"]),
            ["a+1.jpg", "a.jpg", "a+2.jpg"]
        );
    }

    #[test]
    fn names_lead_nowhere() {
        for (original, safe) in [
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("..", UNNAMED),
            (".", UNNAMED),
            ("", UNNAMED),
            (" ", UNNAMED),
            ("/root.jpg", "_root.jpg"),
            ("C:\\x.jpg", "C__x.jpg"),
            ("a\0b\nc\u{7f}.jpg", "a_b_c_.jpg"),
            ("gpj.\u{202e}exe", "gpj._exe"),
            ("nul", "_nul"),
            ("COM1.jpg", "_COM1.jpg"),
            ("com10.jpg", "com10.jpg"),
            ("lpt².x", "_lpt².x"),
            ("Con .tar.gz", "_Con .tar.gz"),
            ("end. .", "end"),
            (".hidden", ".hidden"),
            ("Ünïcödé 照片.jpg", "Ünïcödé 照片.jpg"),
        ] {
            assert_eq!(taken(&[original]), [safe], "{original:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extensions_and_whole_characters() {
        let long = format!("{}.jpg", "é".repeat(300));
        let names = taken(&[&long, &long]);
        assert!(names[0].ends_with("é.jpg") && names[0].len() <= MAX_BYTES);
        assert!(names[1].ends_with("é+1.jpg") && names[1].len() <= MAX_BYTES);
        let no_extension = format!("a.{}", "b".repeat(400));
        assert_eq!(taken(&[&no_extension])[0].len(), MAX_BYTES);
    }

    #[test]
    fn many_of_a_name_do_not_take_ever_longer() {
        let names = taken(&vec!["a.jpg"; 50_000]);
        assert_eq!(names[49_999], "a+49999.jpg");
    }
}
