//! The OpenAPI document, made from the code: utoipa's, written in the 3.0 form that clients are generated from.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::version::API_VERSION;

/// The versions of the API that can be described.
pub const VERSIONS: &[&str] = &["2.0"];

/// The whole document as JSON.
///
/// # Errors
/// When the document cannot be written as JSON, which no input causes.
pub fn document(generated: &OpenApi) -> serde_json::Result<Value> {
    let mut document = serde_json::to_value(generated)?;
    let (major, minor, patch) = API_VERSION;
    let components = &mut document["components"];
    components["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT", "in": "header"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": crate::cookies::ACCESS_TOKEN},
        "api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    });
    document["openapi"] = json!("3.0.0");
    document["servers"] = json!([{"url": "/api"}]);
    document["info"] = json!({
        "title": "Immich",
        "description": "Immich API",
        "version": format!("{major}.{minor}.{patch}"),
        "contact": {},
    });
    document["paths"] = without_prefix(document["paths"].take());
    to_version_3_0(&mut document);
    wrap_enums(&mut document);
    describe_answers(&mut document);
    mark_deprecated(&mut document);
    Ok(document)
}

fn without_prefix(paths: Value) -> Value {
    let Value::Object(paths) = paths else {
        return paths;
    };
    let relative = |path: String| {
        path.strip_prefix("/api")
            .map_or_else(|| path.clone(), str::to_owned)
    };
    Value::Object(
        paths
            .into_iter()
            .map(|(path, item)| (relative(path), item))
            .collect(),
    )
}

/// Rewrites what 3.1 says differently: null as a type, references with neighbours, number formats that
/// the API does not promise.
fn to_version_3_0(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(to_version_3_0),
        Value::Object(object) => {
            object.values_mut().for_each(to_version_3_0);
            unite_null(object);
            drop_formats(object);
            wrap_reference(object);
        }
        _ => {}
    }
}

fn unite_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get("type") {
        let rest: Vec<Value> = types
            .iter()
            .filter(|name| *name != "null")
            .cloned()
            .collect();
        let nullable = rest.len() < types.len();
        if let [only] = rest.as_slice() {
            object.insert("type".into(), only.clone());
        }
        if nullable {
            object.insert("nullable".into(), json!(true));
        }
    }
    let Some(Value::Array(choices)) = object.get("oneOf") else {
        return;
    };
    let rest: Vec<Value> = choices
        .iter()
        .filter(|choice| choice["type"] != "null")
        .cloned()
        .collect();
    if rest.len() == 1 && rest.len() < choices.len() {
        object.remove("oneOf");
        object.insert("allOf".into(), json!(rest));
        object.insert("nullable".into(), json!(true));
    }
}

fn drop_formats(object: &mut Map<String, Value>) {
    let unwanted = match object.get("format").and_then(Value::as_str) {
        Some("int32" | "float") => true,
        Some("double") => !object.contains_key("x-keep-format"),
        _ => false,
    };
    if unwanted && object.contains_key("type") {
        object.remove("format");
    }
    object.remove("x-keep-format");
    // The API's document gives lists the format of what is in them, which they cannot have by themselves.
    if let Some(format) = object.remove("x-list-format") {
        object.insert("format".into(), format);
    }
    object.remove("propertyNames");
}

/// In 3.0 a reference may have no neighbours.
fn wrap_reference(object: &mut Map<String, Value>) {
    if object.len() > 1
        && let Some(Value::String(reference)) = object.remove("$ref")
    {
        object.insert("allOf".into(), json!([{"$ref": reference}]));
    }
}

/// Properties that are one of a set of names refer to the set as part of a whole, as the API's document does.
fn wrap_enums(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    let is_enum = |schema: &Value| schema.get("enum").is_some();
    let enums: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| is_enum(schema))
        .map(|(name, _)| format!("#/components/schemas/{name}"))
        .collect();
    let properties = schemas
        .values_mut()
        .filter_map(|schema| schema.get_mut("properties")?.as_object_mut());
    for property in properties.flat_map(Map::values_mut) {
        if property["$ref"]
            .as_str()
            .is_some_and(|reference| enums.iter().any(|name| name == reference))
        {
            *property = json!({"allOf": [property]});
        }
    }
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut);
    paths
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
}

/// 3.0 wants a description of every answer, be it empty.
fn describe_answers(document: &mut Value) {
    for operation in operations(document) {
        let answers = operation["responses"]
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut);
        for answer in answers.filter_map(Value::as_object_mut) {
            answer.entry("description").or_insert_with(|| json!(""));
        }
    }
}

/// What a later version took back is marked, and gathered under a tag of its own.
fn mark_deprecated(document: &mut Value) {
    for operation in operations(document) {
        if operation
            .pointer("/x-immich-lifecycle/deprecatedAt")
            .is_none()
        {
            continue;
        }
        operation["deprecated"] = json!(true);
        if let Some(tags) = operation["tags"].as_array_mut() {
            tags.push(json!("Deprecated"));
        }
    }
}
