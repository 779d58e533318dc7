"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const MISSING = "— missing —";
  const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
  const fields = [];
  let language = "curl";

  /* Makes an element; what it holds is set as text, never as HTML. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    for (const child of children) {
      if (child != null) element.append(child);
    }
    return element;
  }

  function control(item, id) {
    const choices = item.type === "boolean" ? ["true", "false"] : item.levels;
    if (item.type === "boolean" || item.type === "category") {
      const select = make("select", { id });
      select.append(make("option", { value: "" }, MISSING));
      for (const choice of choices || []) select.append(make("option", { value: choice }, choice));
      return [select];
    }
    const number = ["integer", "double", "timespan"].includes(item.type);
    const list = choices && choices.length ? `${id}-levels` : null;
    const input = make("input", {
      id, list, type: "text", autocomplete: "off", spellcheck: "false",
      inputmode: number ? "decimal" : null,
    });
    if (!list) return [input];
    return [input, make("datalist", { id: list }, ...choices.map((value) => make("option", { value })))];
  }

  function addField(grid, item, input) {
    const id = `field-${fields.length}`;
    const parts = control(item, id);
    const hint = [item.hint, item.required ? "" : "not needed"].filter(Boolean).join(" · ");
    const box = make(
      "div", { class: "field" },
      make("label", { for: id }, item.name), ...parts,
      make("span", { class: "hint", id: `${id}-hint` }, hint),
    );
    parts[0].setAttribute("aria-describedby", `${id}-hint`);
    parts[0].addEventListener("input", changed);
    grid.append(box);
    fields.push({ item, input, element: parts[0], box });
  }

  function group(title, items, input) {
    const grid = make("div", { class: "grid" });
    for (const item of items) addField(grid, item, input);
    byId("fields").append(make("fieldset", {}, title ? make("legend", {}, title) : null, grid));
  }

  function fill() {
    for (const field of fields) {
      const example = field.item.example;
      field.element.value = example == null ? "" : String(example);
    }
    changed();
  }

  /* The text of a value as JSON: numbers as they were typed, in every digit. */
  function literal(item, text) {
    if (text === "") return "null";
    const trimmed = text.trim();
    if (["integer", "double", "timespan"].includes(item.type) && NUMBER.test(trimmed)) return trimmed;
    if (item.type === "boolean" && (text === "true" || text === "false")) return text;
    if (item.type === "any") {
      try { JSON.parse(text); return text; } catch { /* it is text */ }
    }
    return JSON.stringify(text);
  }

  function record(input, indent) {
    const lines = [];
    for (const field of fields.filter((one) => one.input === input)) {
      const text = field.element.value;
      if (text === "" && !field.item.required) continue;
      lines.push(`${indent}  ${JSON.stringify(field.item.name)}: ${literal(field.item, text)}`);
    }
    return lines.length ? `{\n${lines.join(",\n")}\n${indent}}` : "{}";
  }

  function body() {
    const members = [];
    if (data.inputs.length === 1) {
      members.push(`  "records": [\n    ${record(data.inputs[0].name, "    ")}\n  ]`);
    } else {
      const tables = data.inputs.map(
        (input) => `    ${JSON.stringify(input.name)}: [\n      ${record(input.name, "      ")}\n    ]`,
      );
      members.push(`  "tables": {\n${tables.join(",\n")}\n  }`);
    }
    if (data.parameters.length) members.push(`  "parameters": ${record(null, "  ")}`);
    return `{\n${members.join(",\n")}\n}`;
  }

  function parse(text) {
    return JSON.parse(text, (key, value, context) => (
      typeof value === "number" && context && context.source ? { source: context.source } : value
    ));
  }

  function shown(value) {
    if (value === null) return "";
    if (typeof value === "object" && "source" in value) return value.source;
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }

  function answerTable(name, records, several) {
    const scores = new Set((data.outputs.find((one) => one.name === name) || { scores: [] }).scores);
    const table = make("table");
    if (several) table.append(make("caption", {}, name));
    for (const [column, value] of Object.entries(records[0] || {})) {
      const cell = make("td", {}, shown(value));
      table.append(make("tr", { class: scores.has(column) ? "score" : null }, make("th", { scope: "row" }, column), cell));
    }
    return make("div", { class: "scroll" }, table);
  }

  function showAnswer(text) {
    const answered = parse(text);
    const tables = answered.tables || { [data.outputs[0].name]: answered.records };
    const several = Object.keys(tables).length > 1;
    const parts = Object.entries(tables).map(([name, records]) => answerTable(name, records.records || records, several));
    const raw = make("details", {}, make("summary", {}, "As JSON"), make("pre", {}, text));
    byId("answer").replaceChildren(...parts, raw);
  }

  function showProblem(message, hint) {
    const box = make("div", { class: "problem", role: "alert" }, make("p", {}, message));
    if (hint) box.append(make("p", { class: "soft" }, hint));
    byId("answer").replaceChildren(box);
  }

  function mark(problem) {
    for (const field of fields) {
      const wrong = problem && (
        (field.input !== null && field.item.name === problem.column && (!problem.input || field.input === problem.input))
        || (field.input === null && problem.parameter && field.item.name === problem.parameter)
      );
      field.box.classList.toggle("wrong", Boolean(wrong));
      field.element.setAttribute("aria-invalid", wrong ? "true" : "false");
    }
  }

  async function score(event) {
    event.preventDefault();
    const button = byId("score");
    const headers = { "Content-Type": "application/json" };
    const key = byId("key");
    if (key && key.value) headers.Authorization = `Bearer ${key.value.trim()}`;
    button.disabled = true;
    const start = performance.now();
    try {
      const reply = await fetch("score", { method: "POST", headers, body: body() });
      const text = await reply.text();
      byId("took").textContent = `${Math.round(performance.now() - start)} ms`;
      if (reply.ok) {
        mark(null);
        showAnswer(text);
      } else {
        const problem = JSON.parse(text).error;
        mark(problem);
        showProblem(problem.message, problem.hint);
      }
    } catch (error) {
      showProblem("The endpoint did not answer.", String(error));
    } finally {
      button.disabled = false;
    }
  }

  function address() {
    return new URL("score", window.location.href).href;
  }

  function pythonLiteral(text) {
    return text.replace(/"(?:[^"\\]|\\.)*"|\b(?:null|true|false)\b/g, (word) => (
      { null: "None", true: "True", false: "False" }[word] || word
    ));
  }

  function fence(text, open, close) {
    let dashes = "";
    while (text.includes(close.replace("#", dashes))) dashes += "-";
    return open.replace("#", dashes) + text + close.replace("#", dashes);
  }

  function csharpText(text) {
    let quotes = '"""';
    while (text.includes(quotes)) quotes += '"';
    return `${quotes}\n${text}\n${quotes}`;
  }

  const languages = {
    curl: (text) => [
      `curl ${address()} \\`,
      "  -H 'Content-Type: application/json' \\",
      ...(data.has_keys ? ["  -H 'Authorization: Bearer YOUR_KEY' \\"] : []),
      `  -d '${text.replaceAll("'", "'\\''")}'`,
    ].join("\n"),
    Python: (text) => [
      "import requests",
      "",
      `body = ${pythonLiteral(text)}`,
      `reply = requests.post(${JSON.stringify(address())}, json=body${data.has_keys ? ', headers={"Authorization": "Bearer YOUR_KEY"}' : ""}, timeout=30)`,
      "print(reply.json())",
    ].join("\n"),
    R: (text) => [
      "library(httr2)",
      "",
      `body <- ${fence(text, 'r"#(', ')#"')}`,
      `reply <- request(${JSON.stringify(address())}) |>`,
      ...(data.has_keys ? ['  req_headers(Authorization = "Bearer YOUR_KEY") |>'] : []),
      '  req_body_raw(body, type = "application/json") |>',
      "  req_perform()",
      "print(resp_body_json(reply))",
    ].join("\n"),
    "C#": (text) => [
      "using System.Text;",
      "",
      "using var client = new HttpClient();",
      ...(data.has_keys ? ['client.DefaultRequestHeaders.Add("Authorization", "Bearer YOUR_KEY");'] : []),
      `var body = ${csharpText(text)};`,
      'var content = new StringContent(body, Encoding.UTF8, "application/json");',
      `var reply = await client.PostAsync(${JSON.stringify(address())}, content);`,
      "Console.WriteLine(await reply.Content.ReadAsStringAsync());",
    ].join("\n"),
    JavaScript: (text) => [
      `const body = ${text};`,
      `const reply = await fetch(${JSON.stringify(address())}, {`,
      '  method: "POST",',
      `  headers: { "Content-Type": "application/json"${data.has_keys ? ', Authorization: "Bearer YOUR_KEY"' : ""} },`,
      "  body: JSON.stringify(body),",
      "});",
      "console.log(await reply.json());",
    ].join("\n"),
  };

  function changed() {
    byId("sample").textContent = languages[language](body());
  }

  function choose(name) {
    language = name;
    for (const tab of byId("languages").children) {
      const chosen = tab.textContent === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    changed();
  }

  function addTabs() {
    const names = Object.keys(languages);
    for (const name of names) {
      const tab = make("button", { type: "button", role: "tab", "aria-controls": "sample" }, name);
      tab.addEventListener("click", () => choose(name));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (names.indexOf(name) + step + names.length) % names.length;
        choose(names[next]);
        byId("languages").children[next].focus();
      });
      byId("languages").append(tab);
    }
    byId("copy").addEventListener("click", async () => {
      await navigator.clipboard.writeText(byId("sample").textContent);
      byId("copy").textContent = "Copied";
      setTimeout(() => { byId("copy").textContent = "Copy"; }, 1500);
    });
  }

  function table(head, rows) {
    return make(
      "div", { class: "scroll" },
      make(
        "table", {},
        make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
        make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))))),
      ),
    );
  }

  function addPages() {
    const pages = byId("pages");
    for (const text of data.notes) pages.append(make("p", {}, text));
    for (const input of data.inputs) {
      pages.append(
        make("h3", {}, data.inputs.length > 1 ? `Columns of “${input.name}”` : "Columns"),
        table(["Name", "Type", "Needed", "What training saw"], input.columns.map((item) => [
          item.name, item.about, item.required ? "yes" : "no", item.seen,
        ])),
      );
    }
    for (const output of data.outputs) {
      pages.append(
        make("h3", {}, data.outputs.length > 1 ? `Columns of the answer “${output.name}”` : "Columns of the answer"),
        table(["Name", "Type"], output.columns),
      );
    }
    if (data.parameters.length) {
      pages.append(
        make("h3", {}, "Parameters"),
        table(["Name", "Type", "Needed", "What it does"], data.parameters.map((item) => [
          item.name, item.about, item.required ? "yes" : "no", item.help,
        ])),
      );
    }
    pages.append(make("h3", {}, "Forms of a request"));
    for (const form of data.forms) {
      pages.append(make(
        "details", {}, make("summary", {}, form.summary), make("pre", {}, JSON.stringify(form.example, null, 2)),
      ));
    }
    pages.append(make("h3", {}, "Errors"), make("pre", {}, JSON.stringify(data.problem, null, 2)));
    pages.append(make("h3", {}, "Other addresses"), table(["Address", "What it does"], data.addresses));
  }

  byId("name").textContent = data.name;
  byId("about").textContent = `Version ${data.version}`;
  for (const input of data.inputs) group(data.inputs.length > 1 ? input.name : "", input.columns, input.name);
  if (data.parameters.length) group("Parameters", data.parameters, null);
  if (data.has_keys) {
    const grid = make("div", { class: "grid" }, make(
      "div", { class: "field" }, make("label", { for: "key" }, "API key"),
      make("input", { id: "key", type: "password", autocomplete: "off" }),
    ));
    byId("fields").append(make("fieldset", {}, grid));
  }
  byId("form").addEventListener("submit", score);
  byId("example").addEventListener("click", fill);
  byId("clear").addEventListener("click", () => {
    for (const field of fields) field.element.value = "";
    changed();
  });
  addTabs();
  addPages();
  fill();
  choose(language);
})();
