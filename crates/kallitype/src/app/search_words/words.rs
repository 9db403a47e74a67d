//! What the words of a text are, and what a search for words asks the index for.
//!
//! A word is a run of letters or a run of digits, without case and accents, so that `IMG_2031.jpg` is found by `img`,
//! `2031` and `jpg`. Chinese, Japanese and Korean are not parted by spaces everywhere: of them each character is a word,
//! and so are any two that stand side by side.

use std::collections::BTreeSet;

use uuid::Uuid;

use kallitype_db::fold;

/// Words of which so many letters are known are found by their beginning; shorter ones would be found everywhere.
const BEGINNING: usize = 3;

/// The longest word, in characters: what goes beyond it makes no difference. SQLite's index has the beginnings of every
/// length between the two.
const MAX_WORD: usize = 12;

/// How many different words of an asset are found.
const MAX_WORDS: usize = 2000;

/// How many characters of the private-use planes 15 and 16 can be signs.
const SIGNS: u128 = 0xFFFE;

/// Whose words these are, and who may find an asset by them. Owners are told apart by a character before each word, so
/// that the words of others cost nothing. There are fewer such characters than owners could be: what is found is looked
/// at again.
#[derive(Debug, Clone, Copy)]
enum Sign {
    /// For everyone who is shown the asset.
    Shown(Uuid),
    /// For the owner alone: tags and persons are.
    Own(Uuid),
}

impl Sign {
    fn character(self) -> char {
        let (plane, owner) = match self {
            Self::Shown(owner) => (0xF_0000, owner),
            Self::Own(owner) => (0x10_0000, owner),
        };
        let number = u32::try_from(owner.as_u128() % SIGNS).unwrap_or_default();
        char::from_u32(plane + number).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// The words that find an asset.
#[derive(Debug)]
pub(crate) struct AssetWords {
    owner: Uuid,
    words: BTreeSet<String>,
}

impl AssetWords {
    pub(crate) fn of(owner: Uuid) -> Self {
        let words = BTreeSet::new();
        Self { owner, words }
    }

    /// Adds those of a text that is shown with the asset.
    pub(crate) fn add_shown(&mut self, text: &str) {
        self.add(Sign::Shown(self.owner), text);
    }

    /// Adds those of a text that only the owner sees.
    pub(crate) fn add_own(&mut self, text: &str) {
        self.add(Sign::Own(self.owner), text);
    }

    fn add(&mut self, sign: Sign, text: &str) {
        for run in runs(&fold(text)) {
            for word in run.words() {
                if self.words.len() < MAX_WORDS {
                    self.words.insert(format!("{}{word}", sign.character()));
                }
            }
        }
    }

    /// All of them, as either index takes them. No word has a character that means something to one.
    pub(crate) fn text(self) -> String {
        let words: Vec<String> = self.words.into_iter().collect();
        words.join(" ")
    }
}

/// What is looked for: all of these words.
#[derive(Debug, Clone)]
pub(crate) struct WantedWords(Vec<Wanted>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    word: String,
    is_beginning: bool,
}

impl WantedWords {
    /// The words of a text.
    #[must_use]
    pub(crate) fn of(text: &str) -> Self {
        let mut words = Vec::new();
        for run in runs(&fold(text)) {
            for wanted in run.wanted() {
                if !words.contains(&wanted) {
                    words.push(wanted);
                }
            }
        }
        Self(words)
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The question for SQLite: assets of these owners, of whom `me` is asking.
    #[must_use]
    pub(crate) fn for_sqlite(&self, owners: &[Uuid], me: Uuid) -> String {
        self.ask(owners, me, [" AND ", " OR "], |word, is_beginning| {
            let beginning = if is_beginning { "*" } else { "" };
            format!("\"{word}\"{beginning}")
        })
    }

    /// The same for PostgreSQL.
    #[must_use]
    pub(crate) fn for_postgres(&self, owners: &[Uuid], me: Uuid) -> String {
        self.ask(owners, me, [" & ", " | "], |word, is_beginning| {
            let beginning = if is_beginning { ":*" } else { "" };
            format!("'{word}'{beginning}")
        })
    }

    fn ask(
        &self,
        owners: &[Uuid],
        me: Uuid,
        [and, or]: [&str; 2],
        term: impl Fn(&str, bool) -> String,
    ) -> String {
        let signed = |sign: Sign, wanted: &Wanted| {
            let word = format!("{}{}", sign.character(), wanted.word);
            term(&word, wanted.is_beginning)
        };
        let of_owner = |owner: &Uuid| {
            let words = self.0.iter().map(|wanted| {
                let shown = signed(Sign::Shown(*owner), wanted);
                match *owner == me {
                    true => format!("({shown}{or}{})", signed(Sign::Own(*owner), wanted)),
                    false => shown,
                }
            });
            format!("({})", words.collect::<Vec<_>>().join(and))
        };
        let owners: Vec<String> = owners.iter().map(of_owner).collect();
        owners.join(or)
    }
}

/// Characters that belong together.
#[derive(Debug)]
struct Run<'a> {
    kind: RunKind,
    text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RunKind {
    Letters,
    Digits,
    /// Of a script without spaces.
    Unspaced,
}

impl Run<'_> {
    /// The words that it is found by.
    fn words(&self) -> Vec<String> {
        if self.kind != RunKind::Unspaced {
            return vec![self.shortened()];
        }
        let single = self.text.chars().map(String::from);
        single.chain(self.pairs()).collect()
    }

    /// The words that find it, or what begins with it.
    fn wanted(&self) -> Vec<Wanted> {
        let whole = |word| Wanted {
            word,
            is_beginning: false,
        };
        let pairs = self.pairs();
        match self.kind {
            RunKind::Unspaced if !pairs.is_empty() => pairs.into_iter().map(whole).collect(),
            RunKind::Unspaced => vec![whole(self.text.to_owned())],
            RunKind::Letters | RunKind::Digits => {
                let word = self.shortened();
                let is_beginning = (BEGINNING..MAX_WORD).contains(&word.chars().count());
                vec![Wanted { word, is_beginning }]
            }
        }
    }

    fn shortened(&self) -> String {
        self.text.chars().take(MAX_WORD).collect()
    }

    fn pairs(&self) -> Vec<String> {
        let (first, second) = (self.text.chars(), self.text.chars().skip(1));
        let pairs = first.zip(second);
        pairs.map(|(one, next)| format!("{one}{next}")).collect()
    }
}

/// The runs of a text without case and accents.
fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut begin = 0;
    let mut present = None;
    let ends = text.char_indices().map(|(at, next)| (at, kind_of(next)));
    for (at, kind) in ends.chain([(text.len(), None)]) {
        if kind == present {
            continue;
        }
        if let Some(kind) = present {
            let text = &text[begin..at];
            runs.push(Run { kind, text });
        }
        (begin, present) = (at, kind);
    }
    runs
}

fn kind_of(character: char) -> Option<RunKind> {
    match character {
        _ if is_unspaced(character) => Some(RunKind::Unspaced),
        _ if character.is_numeric() => Some(RunKind::Digits),
        _ if character.is_alphanumeric() => Some(RunKind::Letters),
        _ => None,
    }
}

/// Kana, Chinese characters and Hangul.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{312F}' | '\u{3131}'..='\u{318E}'
        | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::{AssetWords, MAX_WORD, MAX_WORDS, WantedWords};
    use uuid::Uuid;

    fn words(text: &str) -> Vec<String> {
        let mut words = AssetWords::of(Uuid::nil());
        words.add_shown(text);
        let text = words.text();
        let words = text.split_whitespace();
        words.map(|word| word.chars().skip(1).collect()).collect()
    }

    fn wanted(text: &str) -> Vec<(String, bool)> {
        let wanted = WantedWords::of(text).0.into_iter();
        wanted
            .map(|wanted| (wanted.word, wanted.is_beginning))
            .collect()
    }

    #[test]
    fn texts_are_parted_into_words() {
        for (text, expected) in [
            ("", vec![]),
            ("--- !?", vec![]),
            ("IMG_2031.JPG", vec!["2031", "img", "jpg"]),
            ("PXL20240131", vec!["20240131", "pxl"]),
            (
                "Grüße aus der Straße",
                vec!["aus", "der", "grusse", "strasse"],
            ),
            ("e\u{301}te\u{301} ÉTÉ", vec!["ete"]),
            ("Ёлка/Дерево", vec!["дерево", "елка"]),
            ("東京都", vec!["京", "京都", "東", "東京", "都"]),
            ("in 서울 at", vec!["at", "in", "서", "서울", "울"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_long_enough_is_wanted_by_its_beginning() {
        let beginning = |word: &str| (word.to_owned(), true);
        let whole = |word: &str| (word.to_owned(), false);
        assert_eq!(
            wanted("Côte d'Azur, CÔTE"),
            [beginning("cote"), whole("d"), beginning("azur")]
        );
        assert_eq!(wanted("la 20"), [whole("la"), whole("20")]);
        assert_eq!(wanted("Donaudampfschiff"), [whole("donaudampfsc")]);
        assert_eq!(wanted("東京都"), [whole("東京"), whole("京都")]);
        assert_eq!(wanted("京"), [whole("京")]);
        assert!(WantedWords::of("…").is_empty());
    }

    #[test]
    fn others_are_not_asked_for_what_only_owners_see() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let asked = WantedWords::of("sea 1").for_sqlite(&[me, other], me);
        assert_eq!(
            asked,
            "((\"\u{F0001}sea\"* OR \"\u{100001}sea\"*) AND (\"\u{F0001}1\" OR \"\u{100001}1\")) \
             OR (\"\u{F0002}sea\"* AND \"\u{F0002}1\")"
        );
        let asked = WantedWords::of("sea").for_postgres(&[other], me);
        assert_eq!(asked, "('\u{F0002}sea':*)");
    }

    #[test]
    fn words_have_an_end() {
        assert_eq!(words(&"a".repeat(1000)), ["a".repeat(MAX_WORD)]);
        let many: Vec<String> = (0..5000).map(|number| number.to_string()).collect();
        assert_eq!(words(&many.join(" ")).len(), MAX_WORDS);
    }
}
