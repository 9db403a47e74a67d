//! Libraries that others wrote for Python.

use serde_json::json;

use super::{make_real_folder, python, script, succeed};
use crate::support::Credential;
use crate::test_on_both;

test_on_both! {
    async fn aioimmich_uploads_and_looks(server: Server) {
        let folder = make_real_folder();
        let album = server.admin.album(&server, &[], json!({})).await;
        let Credential::ApiKey(key) = server.admin.api_key(&server, &["all"]).await else { unreachable!() };
        succeed(python()
            .arg(script("python/aioimmich_walk.py"))
            .args([&server.address, &key, album["id"].as_str().expect("an id")])
            .arg(folder.path()));
    }
}

test_on_both! {
    async fn immichpy_uploads_and_downloads(server: Server) {
        let folder = make_real_folder();
        let Credential::ApiKey(key) = server.admin.api_key(&server, &["all"]).await else { unreachable!() };
        succeed(python()
            .arg(script("python/immichpy_walk.py"))
            .args([&server.address, &key])
            .arg(folder.path()));
    }
}
