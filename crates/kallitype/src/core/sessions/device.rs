//! What a request says about the device it comes from, for the list of sessions.

use http::{HeaderMap, header};

/// The longest name that is kept, in characters.
pub(crate) const MAX_NAME: usize = 100;

/// A device, as well as it can be told; empty where it cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Device {
    /// The browser, the phone's model, or the program.
    pub kind: String,
    pub system: String,
}

/// Marks in a browser's user agent. Many claim to be others too: whoever claims most comes first.
const BROWSERS: [(&str, &str); 8] = [
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("chrome/", "Chrome"),
    ("crios/", "Chrome"),
    ("safari/", "Safari"),
];

/// Marks of systems; phones claim to be desktops too.
const SYSTEMS: [(&str, &str); 8] = [
    ("android", "Android"),
    ("iphone", "iOS"),
    ("ipad", "iOS"),
    ("immich-ios", "iOS"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("cros", "Chrome OS"),
    ("linux", "Linux"),
];

impl Device {
    /// The phone apps name their model and system in headers; of others the user agent tells.
    #[must_use]
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let guess = Self::of_user_agent(text(header::USER_AGENT.as_str()).unwrap_or_default());
        let named = |name: &str| text(name).filter(|value| !value.trim().is_empty());
        Self {
            kind: named("devicemodel").map_or(guess.kind, shorten),
            system: named("devicetype").map_or(guess.system, shorten),
        }
    }

    fn of_user_agent(agent: &str) -> Self {
        let lower = agent.to_lowercase();
        let first = |known: &[(&str, &str)]| {
            let found = known.iter().find(|(mark, _)| lower.contains(mark));
            found.map(|(_, name)| (*name).to_owned())
        };
        let program = || shorten(agent.split(['/', ' ']).next().unwrap_or_default());
        let kind = match lower.as_str() {
            app if app.starts_with("immich") || app.starts_with("dart/") => "Immich app".into(),
            browser if browser.starts_with("mozilla/") => first(&BROWSERS).unwrap_or_default(),
            _ => program(),
        };
        Self {
            kind,
            system: first(&SYSTEMS).unwrap_or_default(),
        }
    }
}

fn shorten(name: &str) -> String {
    name.trim().chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(headers: &[(&'static str, &'static str)]) -> (String, String) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let device = Device::of(&headers);
        (device.kind, device.system)
    }

    #[test]
    fn browsers_and_programs_are_told_by_their_user_agent() {
        for (agent, kind, system) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
                "Firefox",
                "Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile/15E Safari/604.1",
                "Safari",
                "iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
                "Chrome",
                "Android",
            ),
            ("immich-android/2.0.1", "Immich app", "Android"),
            ("axios/1.7.2", "axios", ""),
            ("", "", ""),
        ] {
            assert_eq!(
                device(&[("user-agent", agent)]),
                (kind.to_owned(), system.to_owned()),
                "{agent}"
            );
        }
    }

    #[test]
    fn phones_say_what_they_are() {
        let phone = [
            ("user-agent", "Dart/3.8 (dart:io)"),
            ("devicemodel", "iPhone15,2"),
            ("devicetype", "iOS"),
        ];
        assert_eq!(device(&phone), ("iPhone15,2".into(), "iOS".into()));
    }
}
