//! `/albums/{id}/users` and `/albums/{id}/user/{userId}`

use serde_json::json;
use uuid::Uuid;

use super::{invite, list, path_of, seen};
use crate::support::{Answer, Picture, User, assert_invalid, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn people_are_invited_change_roles_and_leave(server: Server) {
        let (owner, guest) = (&server.admin, User::another(&server, "guest@example.org").await);
        let picture = owner.upload(&server, &Picture::jpeg(1)).await;
        let album = owner.album(&server, &[picture], json!({})).await;
        let path = format!("/assets/{picture}");
        assert_refused(server.get(&guest, &path), 400, "Not found or no asset.read access").await;
        invite(&server, owner, &album, &guest, "viewer").await;
        assert_eq!(list(&server, &guest, "?shared=true").await, ["Holidays"]);
        assert_eq!(list(&server, &guest, "").await, Vec::<serde_json::Value>::new());
        let shown = seen(&server, &guest, &album).await;
        assert_eq!(shown["albumUsers"][0]["user"]["id"], json!(guest.id));
        assert_eq!(shown["shared"], true);
        let asset = guest.asset(&server, picture).await;
        assert_eq!(asset["originalPath"], "", "where a file lies is its owner's affair");

        let me = format!("{}/user/{}", path_of(&album), guest.id);
        assert_eq!(Answer::of(server.put(owner, &me).json(&json!({"role": "editor"}))).await.status, 204);
        assert_eq!(seen(&server, owner, &album).await["albumUsers"][0]["role"], "editor");
        assert_refused(server.put(&guest, &me).json(&json!({"role": "editor"})), 400, "Not found or no album.share access").await;
        let leave = format!("{}/user/me", path_of(&album));
        assert_eq!(Answer::of(server.delete(&guest, &leave)).await.status, 204);
        assert_refused(server.get(&guest, &path), 400, "Not found or no asset.read access").await;
        assert_refused(server.delete(&guest, &leave), 400, "Not found or no album.read access").await;
        assert_refused(server.delete(owner, &me), 400, "Album not shared with user").await;
        assert_refused(server.delete(owner, &leave), 400, "Cannot remove album owner").await;
    }
}

test_on_both! {
    async fn bad_invitations_are_refused(server: Server) {
        let (owner, guest) = (&server.admin, User::another(&server, "guest@example.org").await);
        let album = owner.album(&server, &[], json!({})).await;
        let path = format!("{}/users", path_of(&album));
        let invitation = |user: Uuid| server.put(owner, &path).json(&json!({"albumUsers": [{"userId": user}]}));
        assert_refused(invitation(owner.id), 400, "Cannot be shared with owner").await;
        assert_refused(invitation(Uuid::new_v4()), 400, "User not found").await;
        assert_eq!(Answer::of(invitation(guest.id)).await.json["albumUsers"][0]["role"], "editor");
        assert_refused(invitation(guest.id), 400, "User already added").await;
        let none = server.put(owner, &path).json(&json!({"albumUsers": []}));
        assert_invalid(none, &["albumUsers must contain at least 1 elements"]).await;
        let user = format!("{}/user/{}", path_of(&album), owner.id);
        assert_refused(server.put(owner, &user).json(&json!({"role": "viewer"})), 400, "User is owner").await;
        let user = format!("{}/user/nobody", path_of(&album));
        assert_invalid(server.delete(owner, &user), &["userId must be a UUID or me"]).await;
    }
}

test_on_both! {
    async fn nothing_is_shown_of_an_account_that_is_removed(server: Server) {
        let (guest, leaving) = (&server.admin, User::another(&server, "leaving@example.org").await);
        let picture = leaving.upload(&server, &Picture::jpeg(1)).await;
        let album = leaving.album(&server, &[picture], json!({})).await;
        invite(&server, &leaving, &album, guest, "viewer").await;
        let ours = guest.album(&server, &[], json!({"albumName": "ours"})).await;
        invite(&server, guest, &ours, &leaving, "editor").await;
        let added = server.put(&leaving, &format!("{}/assets", path_of(&ours))).json(&json!({"ids": [picture]}));
        assert_eq!(Answer::of(added).await.status, 200);
        let partner = server.post(&leaving, "/partners").json(&json!({"sharedWithId": guest.id}));
        assert_eq!(Answer::of(partner).await.status, 201);
        assert_eq!(seen(&server, guest, &ours).await["assetCount"], 1);

        for force in [false, true] {
            let remove = server.delete(guest, &format!("/admin/users/{}", leaving.id)).json(&json!({"force": force}));
            assert_eq!(Answer::of(remove).await.status, 200);
            server.finish_jobs().await;
            assert_refused(server.get(guest, &path_of(&album)), 400, "Not found or no album.read access").await;
            let path = format!("/assets/{picture}");
            assert_refused(server.get(guest, &path), 400, "Not found or no asset.read access").await;
            let ours = seen(&server, guest, &ours).await;
            assert_eq!((&ours["assetCount"], &ours["albumUsers"]), (&json!(0), &json!([])));
            assert_eq!(list(&server, guest, "?isOwned=false").await, Vec::<serde_json::Value>::new());
            let partners = Answer::of(server.get(guest, "/partners?direction=shared-with")).await;
            assert_eq!(partners.json, json!([]));
        }
    }
}
