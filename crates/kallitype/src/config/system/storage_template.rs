//! The template of the paths of originals: Handlebars with variables and conditions, and nothing else.

use std::collections::BTreeMap;

use handlebars::template::{HelperTemplate, Parameter, Template, TemplateElement};
use handlebars::{Handlebars, no_escape};
use jiff::civil::DateTime;

/// How a moment can be written, by its parts.
pub(crate) const YEARS: &[&str] = &["y", "yy"];
pub(crate) const MONTHS: &[&str] = &["M", "MM", "MMM", "MMMM"];
pub(crate) const WEEKS: &[&str] = &["W", "WW"];
pub(crate) const DAYS: &[&str] = &["d", "dd"];
pub(crate) const HOURS: &[&str] = &["h", "hh", "H", "HH"];
pub(crate) const MINUTES: &[&str] = &["m", "mm"];
pub(crate) const SECONDS: &[&str] = &["s", "ss", "SSS"];

/// All of them.
const DATES: [&[&str]; 7] = [YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS];

/// What stands before them where the oldest, or the newest, picture of the album is meant.
const ALBUM_START: &str = "album-startDate-";
const ALBUM_END: &str = "album-endDate-";

/// What a condition can be.
const CONDITIONS: [&str; 2] = ["if", "unless"];

const NAME: &str = "template";

/// Why a text is no template, or makes no path.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("{0}")]
    Unreadable(String),
    #[error("{0} is no variable")]
    Unknown(String),
    #[error("only variables, if and unless can be used")]
    Unsupported,
    #[error("no part of the path may begin with a dot or hold a control character")]
    Hidden,
    #[error("it ends without a name")]
    Nameless,
}

impl From<handlebars::TemplateError> for TemplateError {
    fn from(error: handlebars::TemplateError) -> Self {
        Self::Unreadable(error.reason().to_string())
    }
}

/// What the variables of a template are for one asset. None of them holds a slash.
#[derive(Debug, Clone, Default)]
pub(crate) struct TemplateValues {
    pub filename: String,
    pub extension: String,
    pub is_image: bool,
    pub asset_id: String,
    /// Empty for one that is in no album.
    pub album: String,
    pub make: String,
    pub model: String,
    pub lens_model: String,
    /// By the wall clock where it was taken.
    pub taken_at: DateTime,
    /// When the oldest and the newest picture of the album were taken.
    pub album_dates: Option<(DateTime, DateTime)>,
}

/// A template that was understood.
pub(crate) struct StorageTemplate {
    registry: Handlebars<'static>,
    /// Whether it asks for the album, and for when its pictures were taken.
    pub needs_album: bool,
    pub needs_album_dates: bool,
}

impl StorageTemplate {
    /// Reads a template. What it makes of an asset that says everything, and of one that is in no album, has to be a path.
    ///
    /// # Errors
    /// When it is none, or asks for what is not there.
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        let template = Template::compile(text)?;
        let mut used = Vec::new();
        require_known(&template, &mut used)?;
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        registry.register_template(NAME, template);
        let is_used = |name: &str| used.iter().any(|used| used.starts_with(name));
        let parsed = Self {
            registry,
            needs_album: is_used("album"),
            needs_album_dates: is_used(ALBUM_START) || is_used(ALBUM_END),
        };
        for values in [
            sample(),
            TemplateValues {
                album: String::new(),
                album_dates: None,
                ..sample()
            },
        ] {
            require_path(&parsed.render(&values)?)?;
        }
        Ok(parsed)
    }

    /// What it makes of an asset, without the extension at its end.
    ///
    /// # Errors
    /// When the engine refuses.
    pub(crate) fn render(&self, values: &TemplateValues) -> Result<String, TemplateError> {
        let rendered = self.registry.render(NAME, &values.by_name());
        rendered.map_err(|error| TemplateError::Unreadable(error.reason().to_string()))
    }
}

/// An asset that says everything.
fn sample() -> TemplateValues {
    let moment = DateTime::constant(2026, 1, 2, 3, 4, 5, 6_000_000);
    let text = |text: &str| text.to_owned();
    TemplateValues {
        filename: text("IMG_123"),
        extension: text("jpg"),
        is_image: true,
        asset_id: text("0198f3c5-7d20-7000-8000-000000000000"),
        album: text("Album"),
        make: text("Make"),
        model: text("Model"),
        lens_model: text("Lens"),
        taken_at: moment,
        album_dates: Some((moment, moment)),
    }
}

impl TemplateValues {
    fn by_name(&self) -> BTreeMap<String, String> {
        let short_id = self.asset_id.rsplit_once('-').map_or("", |(_, last)| last);
        let (kind, whole_kind) = match self.is_image {
            true => ("IMG", "IMAGE"),
            false => ("VID", "VIDEO"),
        };
        let mut values: BTreeMap<String, String> = [
            ("filename", self.filename.as_str()),
            ("ext", &self.extension),
            ("filetype", kind),
            ("filetypefull", whole_kind),
            ("assetId", &self.asset_id),
            ("assetIdShort", short_id),
            ("album", &self.album),
            ("make", &self.make),
            ("model", &self.model),
            ("lensModel", &self.lens_model),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let (start, end) = self.album_dates.unzip();
        for (prefix, moment) in [
            ("", Some(self.taken_at)),
            (ALBUM_START, start),
            (ALBUM_END, end),
        ] {
            for date in DATES.iter().copied().flatten() {
                let value = moment.map_or_else(String::new, |moment| write_date(date, moment));
                values.insert(format!("{prefix}{date}"), value);
            }
        }
        values
    }
}

fn write_date(date: &str, moment: DateTime) -> String {
    let week = moment.date().iso_week_date().week();
    // Twelve is what half a day's first hour is called.
    let half = match moment.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match date {
        "y" => moment.year().to_string(),
        "yy" => format!("{:02}", moment.year().rem_euclid(100)),
        "M" => moment.month().to_string(),
        "MM" => format!("{:02}", moment.month()),
        "MMM" => moment.strftime("%b").to_string(),
        "MMMM" => moment.strftime("%B").to_string(),
        "W" => week.to_string(),
        "WW" => format!("{week:02}"),
        "d" => moment.day().to_string(),
        "dd" => format!("{:02}", moment.day()),
        "h" => half.to_string(),
        "hh" => format!("{half:02}"),
        "H" => moment.hour().to_string(),
        "HH" => format!("{:02}", moment.hour()),
        "m" => moment.minute().to_string(),
        "mm" => format!("{:02}", moment.minute()),
        "s" => moment.second().to_string(),
        "ss" => format!("{:02}", moment.second()),
        _ => format!("{:03}", moment.millisecond()),
    }
}

/// Refuses everything but variables and conditions on them: what else the engine can do may go on for ever. The variables
/// are added to `used`.
fn require_known(template: &Template, used: &mut Vec<String>) -> Result<(), TemplateError> {
    for element in &template.elements {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(value) | TemplateElement::HtmlExpression(value)
                if value.params.is_empty() && value.hash.is_empty() =>
            {
                require_variable(&value.name, used)?;
            }
            TemplateElement::HelperBlock(block) => require_condition(block, used)?,
            _ => return Err(TemplateError::Unsupported),
        }
    }
    Ok(())
}

fn require_condition(block: &HelperTemplate, used: &mut Vec<String>) -> Result<(), TemplateError> {
    let is_condition = block
        .name
        .as_name()
        .is_some_and(|name| CONDITIONS.contains(&name));
    let (true, [asked]) = (is_condition && block.hash.is_empty(), &*block.params) else {
        return Err(TemplateError::Unsupported);
    };
    require_variable(asked, used)?;
    for template in [&block.template, &block.inverse].into_iter().flatten() {
        require_known(template, used)?;
    }
    Ok(())
}

fn require_variable(parameter: &Parameter, used: &mut Vec<String>) -> Result<(), TemplateError> {
    let name = parameter.as_name().ok_or(TemplateError::Unsupported)?;
    if !sample().by_name().contains_key(name) {
        return Err(TemplateError::Unknown(name.to_owned()));
    }
    used.push(name.to_owned());
    Ok(())
}

fn require_path(path: &str) -> Result<(), TemplateError> {
    let is_hidden =
        |part: &str| part.trim_start().starts_with('.') || part.chars().any(char::is_control);
    if path.split('/').any(is_hidden) {
        return Err(TemplateError::Hidden);
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.trim().is_empty() {
        true => Err(TemplateError::Nameless),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, values: &TemplateValues) -> String {
        StorageTemplate::parse(text)
            .unwrap()
            .render(values)
            .unwrap()
    }

    #[test]
    fn every_variable_has_its_value() {
        let values = sample();
        for (text, made) in [
            (
                "{{y}} {{yy}} {{M}} {{MM}} {{MMM}} {{MMMM}}",
                "2026 26 1 01 Jan January",
            ),
            (
                "{{W}} {{WW}} {{d}} {{dd}} {{h}} {{hh}} {{H}} {{HH}}",
                "1 01 2 02 3 03 3 03",
            ),
            ("{{m}} {{mm}} {{s}} {{ss}} {{SSS}}", "4 04 5 05 006"),
            (
                "{{filename}} {{ext}} {{filetype}} {{filetypefull}}",
                "IMG_123 jpg IMG IMAGE",
            ),
            ("{{assetId}}", "0198f3c5-7d20-7000-8000-000000000000"),
            ("{{assetIdShort}}", "000000000000"),
            ("{{make}} {{model}} {{lensModel}}", "Make Model Lens"),
            (
                "{{album}}-{{album-startDate-y}}-{{album-endDate-MM}}",
                "Album-2026-01",
            ),
            ("{{#if album}}{{album}}{{else}}none{{/if}}", "Album"),
            (
                "{{#unless album}}none{{else}}{{{album}}}{{/unless}}",
                "Album",
            ),
        ] {
            assert_eq!(render(text, &values), made, "{text}");
        }
        for (hour, half) in [(0, "12"), (12, "12"), (13, "1")] {
            let taken_at = values.taken_at.with().hour(hour).build().unwrap();
            let values = TemplateValues {
                taken_at,
                ..values.clone()
            };
            assert_eq!(render("{{h}}", &values), half);
        }
    }

    #[test]
    fn what_is_not_there_is_empty_and_nothing_is_escaped() {
        let values = TemplateValues {
            album: String::new(),
            album_dates: None,
            filename: "Tom's & <b>".into(),
            ..sample()
        };
        let text = "{{album}}{{album-startDate-y}}/{{#if album}}in{{else}}out{{/if}}/{{filename}}";
        assert_eq!(render(text, &values), "/out/Tom's & <b>");
    }

    #[test]
    fn a_template_says_what_it_needs() {
        for (text, needs) in [
            ("{{filename}}", (false, false)),
            ("{{#if album}}a{{/if}}b", (true, false)),
            ("{{album-endDate-y}}/{{filename}}", (true, true)),
        ] {
            let template = StorageTemplate::parse(text).unwrap();
            assert_eq!(
                (template.needs_album, template.needs_album_dates),
                needs,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in [
            "{{nothing}}",
            "{{album.name}}",
            "{{#if nothing}}a{{/if}}",
            "{{#if}}a{{/if}}",
            "{{#each album}}a{{/each}}",
            "{{#with album}}a{{/with}}",
            "{{lookup album 0}}",
            "{{log album}}",
            "{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}",
            "{{> template}}",
            "{{{{raw}}}}a{{{{/raw}}}}",
            "{{filename",
            "{{#if album}}{{filename}}",
            "{{filename}}{{/if}}",
            "../{{filename}}",
            "{{y}}/./{{filename}}",
            ".{{filename}}",
            "{{#if album}}a{{else}}..{{/if}}/{{filename}}",
            "a\0b",
            "{{y}}\n{{filename}}",
            "{{y}}/",
            "{{album}}",
            " ",
        ] {
            assert!(StorageTemplate::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_goes_deep_ends() {
        let deep = format!("{}x{}", "{{#if y}}".repeat(110), "{{/if}}".repeat(110));
        assert_eq!(render(&deep, &sample()), "x");
        assert!(StorageTemplate::parse(&"{{#if y}}".repeat(220)).is_err());
    }
}
