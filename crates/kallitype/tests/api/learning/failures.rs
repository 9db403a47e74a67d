use super::*;
use crate::support::{LearningService, Mode, eventually, plain};
use crate::test_on_both;

/// A server that asks two services in turn: one that fails always, and one that does as it is told.
struct Failing {
    learning: Learning,
    broken: LearningService,
}

impl Failing {
    async fn start(engine: Engine) -> Self {
        let broken = LearningService::start();
        broken.answer(Mode::Failing(500));
        let first = broken.address.clone();
        let learning = Learning::start_with(engine, |mut options| {
            // The one that fails comes first, and one that is not there before it.
            let last = options.arguments.len() - 1;
            let second = std::mem::take(&mut options.arguments[last]);
            options.arguments[last] = format!("http://127.0.0.1:1,{first},{second}");
            options
                .with("facial-recognition", false)
                .with("machine-learning-check-interval-ms", 0)
                .with("machine-learning-timeout-seconds", 1)
                .with("machine-learning-max-answer-bytes", 20_000)
                .with("duplicate-max-distance", 0)
        });
        Self {
            learning: learning.await,
            broken,
        }
    }
}

/// Waits until a job of a state says why it is in it.
async fn reason(server: &Server, state: &'static str, wanted: &str) {
    let sql = match state {
        "failed" => "SELECT error FROM job WHERE kind = 'encode-asset' AND state = 'failed'",
        _ => {
            "SELECT error FROM job WHERE kind = 'encode-asset' AND state = 'scheduled' AND error IS NOT NULL"
        }
    };
    eventually(wanted, async || {
        let errors = server.jobs(sql).await;
        errors
            .iter()
            .any(|error| error.contains(wanted))
            .then_some(())
    })
    .await;
}

test_on_both! {
    async fn a_service_that_fails_costs_its_answers(failing: Failing) {
        let Failing { mut learning, broken } = failing;
        let me = learning.server.admin.clone();
        let mut ids = vec![me.upload(&learning.server, &plain(RED, 64)).await];
        learning.server.finish_jobs().await;
        assert_eq!((broken.asked().len(), learning.service.asked().len()), (1, 1), "one after the other");

        let short = json!({"clip": "[0.5, 0.5]", "imageWidth": 64, "imageHeight": 64});
        for (mode, state, wanted) in [
            (Mode::Saying(json!({"clip": "[NaN]"})), "failed", "cannot be used"),
            (Mode::Saying(json!([])), "failed", "cannot be used"),
            (Mode::Saying(short), "failed", "answered 2 numbers, before it was 512"),
            (Mode::Endless, "failed", "more than 20000 bytes"),
            (Mode::Failing(503), "later", "503"),
            (Mode::Silent, "later", "timed out"),
        ] {
            learning.service.answer(mode.clone());
            let colour = [230, 20 + 10 * ids.len() as u8, 20];
            ids.push(me.upload(&learning.server, &plain(colour, 64)).await);
            reason(&learning.server, state, wanted).await;
            let searched = smart(&learning.server, &me, json!({"query": format!("red {mode:?}")})).await;
            assert_eq!(searched.status, if wanted.starts_with("answered") { 200 } else { 500 }, "{mode:?} {searched:?}");
        }
        learning.service.stop();
        ids.push(me.upload(&learning.server, &plain([230, 100, 20], 64)).await);
        reason(&learning.server, "later", "failed: 500").await;
        drop(broken);
        ids.push(me.upload(&learning.server, &plain([230, 110, 20], 64)).await);
        reason(&learning.server, "later", "no machine learning service can be reached").await;
        let searched = smart(&learning.server, &me, json!({"query": "red now"})).await;
        assert_eq!(searched.status, 500, "{searched:?}");

        // Everything else worked all the time, and what was not done is done when the service is there again.
        learning.service.come_back();
        start(&learning.server, "smartSearch", json!({"command": "start"})).await;
        let (mut all, _) = found(&learning.server, &me, json!({"query": "red"})).await;
        all.sort_unstable();
        ids.sort_unstable();
        assert_eq!(all, ids);
        assert_eq!(learning.server.job_errors().await, Vec::<String>::new());
    }
}
