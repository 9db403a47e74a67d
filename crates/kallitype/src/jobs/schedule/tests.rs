//! What a night begins.

use super::start_nightly_tasks;
use crate::config::SystemConfigDto;
use crate::test_database::TestDatabase;

/// What a night begins, as far as it comes once.
async fn begun(database: &TestDatabase, config: &SystemConfigDto) -> Vec<String> {
    let config = config.clone();
    database
        .write(move |connection| start_nightly_tasks(&config, connection))
        .await;
    database
        .write(|connection| connection.query("SELECT kind FROM job ORDER BY kind", &[]))
        .await
}

async fn faces_are_tried_again_if_that_is_wanted(database: TestDatabase) {
    let mut config = SystemConfigDto::default();
    config.machine_learning.enabled = true;
    config.nightly_tasks.cluster_new_faces = false;
    assert_eq!(begun(&database, &config).await, ["create-memories"]);
    config.nightly_tasks.cluster_new_faces = true;
    config.machine_learning.facial_recognition.enabled = false;
    assert_eq!(begun(&database, &config).await, ["create-memories"]);
    config.machine_learning.facial_recognition.enabled = true;
    let both = ["create-memories", "retry-faces"];
    assert_eq!(begun(&database, &config).await, both);
}

#[tokio::test]
async fn a_night_tries_faces_again() {
    faces_are_tried_again_if_that_is_wanted(TestDatabase::on_sqlite().await).await;
    if let Some(database) = TestDatabase::on_postgres().await {
        faces_are_tried_again_if_that_is_wanted(database).await;
    }
}
