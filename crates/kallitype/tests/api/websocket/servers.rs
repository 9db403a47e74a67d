//! Servers that stop, and several that share a database.

use crate::support::{Engine, Listener, Picture, Server};
use crate::test_on_both;

test_on_both! {
    async fn a_server_that_stops_lets_its_apps_look_for_another(server: Server) {
        let mut server = server;
        let mut listener = Listener::of(&server, &server.admin).await;
        server.tell_to_stop();
        assert_eq!(listener.rest().await, ["1"]);
        server.has_stopped();
        server.start_again();
        Listener::of(&server, &server.admin).await;
    }
}

#[tokio::test]
async fn apps_hear_of_what_other_servers_do() {
    let worker_and_api = Server::start(Engine::Postgres).await;
    let beside = worker_and_api.beside(|options| options.with("roles", "api"));
    let owner = &worker_and_api.admin;
    let mut listener = Listener::of(&beside, owner).await;
    let mut here = Listener::of(&worker_and_api, owner).await;
    let id = owner.upload(&beside, &Picture::jpeg(1)).await;
    for listener in [&mut listener, &mut here] {
        let told = listener.hear("on_upload_success").await;
        assert_eq!(told[0]["id"], id.to_string());
        listener.hear("AssetUploadReadyV1").await;
    }
    owner.trash(&worker_and_api, id).await;
    listener.hear("on_asset_trash").await;
    here.hear("on_asset_trash").await;
}
