/// What of a label can stand in the name of a folder, wherever it lies.
#[must_use]
pub(crate) fn clean_label(label: &str) -> String {
    let is_unfit = |character: char| {
        character.is_control()
            || matches!(
                character,
                '/' | '\\' | '?' | '<' | '>' | ':' | '*' | '|' | '"' | '.'
            )
    };
    let fit: String = label
        .chars()
        .filter(|character| !is_unfit(*character))
        .collect();
    fit.trim().to_owned()
}
