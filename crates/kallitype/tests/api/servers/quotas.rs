use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Answer, Engine, Picture, Server, User};

const UPLOADS: usize = 16;
const SIZE: usize = 10_000;

/// Uploads at once, half of them through each server.
async fn upload_at_once(servers: [&Server; 2], user: &User) -> Vec<Answer> {
    let uploads = (0..UPLOADS).map(|number| {
        let picture = Picture::new(vec![number as u8; SIZE], &format!("{number}.jpg"));
        let request = servers[number % 2].post(user, "/assets");
        Answer::of(request.multipart(picture.form()))
    });
    join_all(uploads).await
}

#[tokio::test]
async fn a_quota_holds_whoever_takes_the_uploads() {
    let first = Server::start_with(Engine::Postgres, |options| options.with("roles", "api")).await;
    let second = first.beside(|options| options);
    for room in [1, 5, UPLOADS] {
        let email = format!("{room}@example.org");
        let user = User::another(&first, &email).await;
        let quota = room * SIZE + SIZE / 2;
        let body = json!({"quotaSizeInBytes": quota});
        let path = format!("/admin/users/{}", user.id);
        let set = Answer::of(second.put(&first.admin, &path).json(&body)).await;
        assert_eq!(set.status, 200, "{set:?}");

        let answers = upload_at_once([&first, &second], &user).await;
        let kept = answers.iter().filter(|answer| answer.status == 201).count();
        let refused = answers.iter().filter(|answer| answer.status == 400).count();
        assert_eq!((kept, refused), (room, UPLOADS - room), "{answers:?}");
        let me = Answer::of(second.get(&user, "/users/me")).await;
        assert_eq!(me.json["quotaUsageInBytes"], json!(room * SIZE));
    }
}
