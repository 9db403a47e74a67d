//! Texts as searches compare them: without case and accents.

use unicode_normalization::UnicodeNormalization;

/// A text without case and accents: `Köln` becomes `koln`, `Straße` becomes `strasse`, full-width letters become the usual
/// ones. PostgreSQL has the same as `fold_text` from a migration, and SQLite gets it from here.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_mark(*character)) {
        match letters(character) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(lower(character)),
        }
    }
    folded.nfc().collect()
}

/// Accents and the like, which stand behind the letter that they belong to once it is taken apart.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// What is written for letters that cannot be taken apart.
fn letters(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ð' | 'Ð' | 'đ' | 'Đ' => "d",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// The small letter of the scripts that have any in common use: Latin, Greek, Cyrillic, Armenian.
fn lower(character: char) -> char {
    if !matches!(character, '\0'..='\u{2AF}' | '\u{370}'..='\u{52F}' | '\u{531}'..='\u{556}') {
        return character;
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_accents_make_no_difference() {
        for (text, folded) in [
            ("", ""),
            ("IMG_0001.JPG", "img_0001.jpg"),
            ("Köln", "koln"),
            ("Ko\u{308}ln", "koln"),
            ("CRÈME BRÛLÉE", "creme brulee"),
            ("Straße", "strasse"),
            ("İstanbul, Iğdır", "istanbul, igdir"),
            ("Łódź", "lodz"),
            ("Ångström Øre Æble", "angstrom ore aeble"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Ёлка", "елка"),
            ("Việt Nam", "viet nam"),
            ("ＩＭＧ ﬁ", "img fi"),
            // These are no accents on something else, and each is one character again.
            ("東京", "東京"),
            ("서울", "서울"),
            ("カメラ ガ", "カメラ ガ"),
            ("100% _x_", "100% _x_"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(folded), folded, "{text}");
        }
    }
}
