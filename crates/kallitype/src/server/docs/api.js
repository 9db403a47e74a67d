"use strict";

// Builds the page from the OpenAPI document. Text only ever becomes text: nothing is parsed as HTML.

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A schema as a short phrase: "string (uuid)", "AssetResponseDto[]".
function phrase(schema = {}) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.allOf) return phrase(schema.allOf[0]) + (schema.nullable ? " or null" : "");
  if (schema.type === "array") return `${phrase(schema.items)}[]`;
  const format = schema.format ? ` (${schema.format})` : "";
  const choices = schema.enum ? `: ${schema.enum.join(", ")}` : "";
  return `${schema.type ?? "anything"}${format}${choices}${schema.nullable ? " or null" : ""}`;
}

function table(head, rows) {
  const line = (cells, kind) => element("tr", {}, cells.map((cell) => element(kind, { textContent: cell })));
  return element("table", {}, [
    element("thead", {}, [line(head, "th")]),
    element("tbody", {}, rows.map((row) => line(row, "td"))),
  ]);
}

function properties(schema, schemas) {
  const named = schema?.$ref ? schemas[schema.$ref.split("/").pop()] : schema;
  const required = named?.required ?? [];
  return Object.entries(named?.properties ?? {}).map(([name, property]) => [
    name,
    phrase(property),
    required.includes(name) ? "required" : "",
    property.description ?? "",
  ]);
}

function operationBody(operation, schemas) {
  const parts = [];
  if (operation.description) parts.push(element("p", { textContent: operation.description }));
  const parameters = operation.parameters ?? [];
  if (parameters.length) {
    parts.push(element("h3", { textContent: "Parameters" }));
    const rows = parameters.map((it) => [it.name, it.in, phrase(it.schema), it.required ? "required" : ""]);
    parts.push(table(["Name", "In", "Type", ""], rows));
  }
  for (const [type, content] of Object.entries(operation.requestBody?.content ?? {})) {
    parts.push(element("h3", { textContent: `Body: ${phrase(content.schema)}` }));
    parts.push(element("p", { className: "faint", textContent: type }));
    parts.push(table(["Property", "Type", "", ""], properties(content.schema, schemas)));
  }
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const content = Object.values(response.content ?? {})[0];
    const what = content ? `: ${phrase(content.schema)}` : "";
    parts.push(element("h3", { textContent: `Answer ${status}${what}` }));
    const rows = content ? properties(content.schema.items ?? content.schema, schemas) : [];
    if (rows.length) parts.push(table(["Property", "Type", "", ""], rows));
  }
  return element("div", { className: "body" }, parts);
}

function operationDetails(path, method, operation, schemas) {
  const permission = operation["x-immich-permission"] ?? (operation.security ? "signed in" : "anyone");
  const summary = element("summary", {}, [
    element("span", { className: "method", textContent: method.toUpperCase() }),
    element("span", { className: "path", textContent: path }),
    element("span", { className: "permission", textContent: permission }),
  ]);
  const details = element("details", { id: operation.operationId }, [summary]);
  details.classList.toggle("deprecated", Boolean(operation.deprecated));
  details.dataset.text = `${method} ${path} ${operation.operationId} ${permission}`.toLowerCase();
  const fill = () => details.append(operationBody(operation, schemas));
  details.addEventListener("toggle", fill, { once: true });
  return details;
}

function show(api) {
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const tag = operation.tags?.[0] ?? "Other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationDetails(path, method, operation, api.components.schemas));
    }
  }
  const sections = [...groups].map(([tag, list]) =>
    element("section", {}, [element("h2", { textContent: tag }), ...list]),
  );
  document.getElementById("operations").replaceChildren(...sections);
}

function filter(text) {
  const wanted = text.trim().toLowerCase();
  for (const section of document.querySelectorAll("#operations section")) {
    let shown = 0;
    for (const details of section.querySelectorAll("details")) {
      details.hidden = !details.dataset.text.includes(wanted);
      shown += details.hidden ? 0 : 1;
    }
    section.hidden = shown === 0;
  }
}

document.getElementById("filter").addEventListener("input", (event) => filter(event.target.value));

fetch("/api/openapi.json")
  .then((response) => response.json())
  .then(show)
  .catch(() => {
    document.getElementById("operations").textContent = "The description could not be loaded.";
  });
