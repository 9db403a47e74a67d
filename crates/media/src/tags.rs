//! Keywords of many origins as one list of tags.

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// No file gets more tags than this; a person does not give as many.
const TAG_LIMIT: usize = 1000;

/// Keywords as they were found.
#[derive(Debug, Default)]
pub(crate) struct Keywords {
    /// With their parents, parted by `/`.
    hierarchical: Vec<String>,
    flat: Vec<String>,
    /// Whether there is a list of them, which may be empty.
    pub has_list: bool,
}

impl Keywords {
    /// Adds a keyword with its parents, parted by `separator`. A slash that parts nothing becomes a bar.
    pub(crate) fn add_hierarchical(&mut self, keyword: &str, separator: char) {
        let parts: Vec<String> = keyword
            .split(separator)
            .filter_map(text::name)
            .map(|part| part.replace('/', "|"))
            .collect();
        push(&mut self.hierarchical, &parts.join("/"));
    }

    /// Adds a keyword that stands alone.
    pub(crate) fn add_flat(&mut self, keyword: &str) {
        push(&mut self.flat, keyword);
    }

    /// All keywords once, in their order, those with parents first. Programs that write these
    /// repeat each part of them as a flat keyword for those that do not, which is left out. An empty list says that
    /// there are none; without keywords and without a list nothing is said.
    pub(crate) fn into_tags(self) -> Option<Vec<String>> {
        let mut tags = self.hierarchical;
        for keyword in self.flat {
            // A slash in a name is a bar where slashes part parents.
            let name = keyword.replace('/', "|");
            let repeated = tags
                .iter()
                .any(|tag| *tag == keyword || tag.split('/').any(|part| part == name));
            if !repeated && tags.len() < TAG_LIMIT {
                tags.push(keyword);
            }
        }
        (self.has_list || !tags.is_empty()).then_some(tags)
    }
}

/// Letters with accents are written in two ways, of which one is kept: what looks the same is the same.
fn push(list: &mut Vec<String>, keyword: &str) {
    let composed: String = keyword.nfc().collect();
    if let Some(keyword) = text::name(&composed)
        && list.len() < TAG_LIMIT
        && !list.contains(&keyword)
    {
        list.push(keyword);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_keywords_of_all_origins() {
        let mut keywords = Keywords::default();
        for flat in ["Places", "Rome", "AC/DC", "cat", "cat", " "] {
            keywords.add_flat(flat);
        }
        keywords.add_hierarchical("Places|Italy|Rome", '|');
        keywords.add_hierarchical("Places/Italy/Rome", '/');
        keywords.add_hierarchical("Music|AC/DC", '|');
        assert_eq!(
            keywords.into_tags().unwrap(),
            ["Places/Italy/Rome", "Music/AC|DC", "cat"]
        );
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        let mut keywords = Keywords::default();
        keywords.add_hierarchical("Orte|Ko\u{308}ln", '|');
        for flat in ["K\u{f6}ln", "Cafe\u{301}", "Caf\u{e9}"] {
            keywords.add_flat(flat);
        }
        assert_eq!(
            keywords.into_tags().unwrap(),
            ["Orte/K\u{f6}ln", "Caf\u{e9}"]
        );
    }

    #[test]
    fn bounds_the_number_of_tags() {
        let mut keywords = Keywords::default();
        for number in 0..3000 {
            keywords.add_flat(&number.to_string());
            keywords.add_hierarchical(&format!("a/{number}"), '/');
        }
        assert_eq!(keywords.into_tags().unwrap().len(), TAG_LIMIT);
    }
}
