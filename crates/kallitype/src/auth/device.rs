//! What a user agent says about the device, for the list of sessions.

/// The kind of device and its system, as well as they can be told.
#[must_use]
pub fn of_user_agent(agent: &str) -> (String, String) {
    let systems = [
        ("android", "Android"),
        ("iphone", "iOS"),
        ("ipad", "iOS"),
        ("ios", "iOS"),
        ("windows", "Windows"),
        ("mac os", "macOS"),
        ("macintosh", "macOS"),
        ("linux", "Linux"),
    ];
    let browsers = [
        ("firefox", "Firefox"),
        ("edg/", "Edge"),
        ("chrome", "Chrome"),
        ("safari", "Safari"),
        ("immich", "Immich app"),
        ("dart", "Immich app"),
        ("node", "Command line"),
        ("curl", "curl"),
    ];
    let agent = agent.to_lowercase();
    let first = |known: &[(&str, &str)]| {
        known
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map_or("", |(_, name)| name)
            .to_owned()
    };
    (first(&browsers), first(&systems))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_by_their_user_agent() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0";
        assert_eq!(of_user_agent(firefox), ("Firefox".into(), "Linux".into()));
        assert_eq!(
            of_user_agent("immich-android/2.0.1"),
            ("Immich app".into(), "Android".into())
        );
        assert_eq!(of_user_agent(""), (String::new(), String::new()));
    }
}
