//! `GET /oauth/mobile-redirect`

use reqwest::Method;

use super::MOBILE;
use crate::support::Answer;
use crate::test_on_both;

test_on_both! {
    async fn what_the_provider_sent_goes_on_to_the_app_and_nowhere_else(server: Server) {
        for query in [
            "?code=a%20b&state=c",
            "?",
            "?//evil.example.org",
            "?url=https://evil.example.org&redirect=javascript:alert(1)",
            "?a%0d%0aLocation:%20https://evil.example.org",
        ] {
            let answer = Answer::of(server.request(Method::GET, &format!("/oauth/mobile-redirect{query}"))).await;
            assert_eq!(answer.status, 307, "{answer:?}");
            assert_eq!(answer.header("location"), format!("{MOBILE}{query}"));
        }
    }
}
