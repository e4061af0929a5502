/* The page of a worker: asks for its figures every second and shows them. What
 * documents say goes into text nodes and attributes, never into markup. */
"use strict";

const EVERY_MS = 1000;
const LAYERS = 8; /* colours, in page.css */

const byId = (id) => document.getElementById(id);

/* ---- elements ---- */

function add(element, properties, children) {
  for (const [key, value] of Object.entries(properties || {}))
    if (value !== undefined && value !== null && value !== false)
      element.setAttribute(key, value === true ? "" : value);
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
}

function make(tag, properties, ...children) {
  return add(document.createElement(tag), properties, children);
}

function draw(tag, properties, ...children) {
  return add(document.createElementNS("http://www.w3.org/2000/svg", tag),
             properties, children);
}

function write(element, text) {
  if (element.textContent !== text)
    element.textContent = text;
}

/* ---- words ---- */

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const short = new Intl.NumberFormat("en", {notation: "compact", maximumFractionDigits: 1});

const count = (n) => n < 100000 ? whole.format(n) : short.format(n);
const rate = (n) => (n > 0 && n < 9.95 ? n.toFixed(1) : count(n)) + "/s";
const share = (n) => whole.format(100 * n) + " %";
const cut = (text, most) => text.length > most ? text.slice(0, most - 1) + "…" : text;

function bytes(n) {
  if (n < 1e4)
    return whole.format(n) + " B";
  return n < 1e6 ? whole.format(n / 1e3) + " kB" : (n / 1e6).toFixed(1) + " MB";
}

function time(s) {
  if (s < 1e-6)
    return whole.format(s * 1e9) + " ns";
  if (s < 1e-3)
    return (s * 1e6).toFixed(s < 1e-5 ? 1 : 0) + " µs";
  if (s < 1)
    return (s * 1e3).toFixed(s < 1e-2 ? 1 : 0) + " ms";
  return s.toFixed(s < 10 ? 1 : 0) + " s";
}

function age(s) {
  if (s < 120)
    return whole.format(Math.max(0, s)) + " s";
  if (s < 7200)
    return whole.format(s / 60) + " min";
  return s < 172800 ? whole.format(s / 3600) + " h" : whole.format(s / 86400) + " days";
}

const clock = (unix) => new Date(unix * 1000).toLocaleTimeString("en-GB");

/* ---- the worker ---- */

function showState(f) {
  const state = byId("state");

  write(byId("name"), f.name);
  write(state, f.state);
  state.className = "state " + (f.ill ? "bad" : f.unready ? "warn" : "good");
  write(byId("since"), "for " + age(f.time - f.begun));
  write(byId("version"), "galley " + f.version);
  document.title = `${f.name}: ${f.unready ? f.state : rate(f.done_rate)} · galley`;
}

function showNotice(words, bad) {
  const notice = byId("notice");

  notice.hidden = !words;
  notice.className = bad ? "notice bad" : "notice";
  write(notice, words || "");
}

function stateNotice(f) {
  if (f.ill)
    return showNotice(f.ill[0].toUpperCase() + f.ill.slice(1) + ".", true);
  if (f.starts_in > 0)
    return showNotice(`The pipeline is down. It starts again in ${f.starts_in.toFixed(1)} s.`, false);
  if (f.state === "draining")
    return showNotice("Nothing more is taken in; what is under way comes to its end.", false);
  return showNotice("", false);
}

function crashes(f) {
  const parts = [];

  if (f.crashes > 0)
    parts.push(`${count(f.crashes)} crashed`);
  if (f.hangs > 0)
    parts.push(`${count(f.hangs)} hung`);
  if (f.breaks > 0)
    parts.push(`${count(f.breaks)} broke`);
  if (f.last_crash > 0)
    parts.push(`${f.last_signal} ${age(f.time - f.last_crash)} ago`);
  return parts.join(", ") || "none crashed";
}

function showTiles(f) {
  const tiles = [
    ["Done", rate(f.done_rate), count(f.done) + " in all"],
    ["Failed", count(f.failed), f.given_up > 0 ? `${count(f.given_up)} given up` : rate(f.failed_rate), f.failed > 0],
    ["Dropped", count(f.dropped), rate(f.dropped_rate)],
    ["Under way", count(f.under_way), `of ${count(f.window)}; ${bytes(f.under_way_bytes)} of ${bytes(f.budget)}`],
    ["Source to end", time(f.p50), `99 % within ${time(f.p99)}`],
    ["Taken in", bytes(f.bytes_rate) + "/s", `${bytes(f.bytes)}, ${count(f.taken)} documents`],
    ["Starts", count(f.starts), crashes(f), f.crashes > 0],
  ];
  const list = byId("tiles");

  while (list.children.length < tiles.length)
    list.append(make("div", null, make("dt"), make("dd", {class: "large"}), make("dd", {class: "more"})));
  tiles.forEach(([name, large, more, bad], i) => {
    const [dt, value, rest] = list.children[i].children;

    write(dt, name);
    write(value, large);
    value.className = bad ? "large bad" : "large";
    write(rest, more);
  });
}

/* ---- the graph ---- */

const BOX = {width: 140, height: 116, gap: 34, row: 44};
let flow = {key: "", boxes: []};

function drawBox(stage, x, y, width) {
  const parts = {
    title: draw("title"),
    rate: draw("text", {class: "rate", x: 12, y: 50}),
    times: draw("text", {class: "quiet", x: 12, y: 70}),
    ends: draw("text", {class: "quiet", x: 12, y: 88}),
    busy: draw("rect", {class: "busy", x: 12, y: 101, height: 5, rx: 2.5, width: 0}),
    room: width - 24,
  };
  const id = cut(stage.id, Math.floor((width - 52) / 8));

  parts.group = draw("g", {transform: `translate(${x} ${y})`}, parts.title,
    stage.lanes > 1 ? draw("rect", {class: "behind", x: 4, y: -4, width, height: BOX.height, rx: 10}) : null,
    draw("rect", {class: "box", width, height: BOX.height, rx: 10}),
    draw("text", {class: "id", x: 12, y: 24}, id),
    stage.lanes > 1 ? draw("text", {class: "quiet", x: width - 12, y: 24, "text-anchor": "end"}, "×" + stage.lanes) : null,
    parts.rate, parts.times, parts.ends,
    draw("rect", {class: "trough", x: 12, y: 101, height: 5, rx: 2.5, width: width - 24}),
    parts.busy);
  return parts;
}

/* The queue before a box: beside it, or above it at the begin of a row, with a
 * line from the end of the row before. */
function drawQueue(parts, x, y, place, from) {
  const svg = draw("g");
  const middle = y + BOX.height / 2;

  if (place === "beside") {
    parts.queueRoom = BOX.gap - 8;
    parts.queue = draw("rect", {class: "queue", x: x - BOX.gap + 4, y: middle - 4, height: 8, rx: 3, width: 0});
    parts.waiting = draw("text", {class: "quiet", x: x - BOX.gap / 2, y: middle - 10, "text-anchor": "middle"});
    svg.append(draw("rect", {class: "trough", x: x - BOX.gap + 4, y: middle - 4, height: 8, rx: 3, width: BOX.gap - 8}));
  } else {
    parts.queueRoom = 60;
    parts.queue = draw("rect", {class: "queue", x: x + 12, y: y - 21, height: 8, rx: 3, width: 0});
    parts.waiting = draw("text", {class: "quiet", x: x + 12, y: y - 26});
    svg.append(draw("path", {class: "pipe", d: `M${from} ${y - BOX.row}V${y - 17}H${x + 72}`}),
      draw("rect", {class: "trough", x: x + 12, y: y - 21, height: 8, rx: 3, width: 60}));
  }
  svg.append(parts.queue, parts.waiting);
  return svg;
}

function buildFlow(stages, room) {
  const svg = byId("flow");
  const fit = Math.max(1, Math.floor((room + BOX.gap) / (BOX.width + BOX.gap)));
  const columns = Math.ceil(stages.length / Math.ceil(stages.length / fit));
  const width = columns === 1 ? room - 8
    : Math.min(280, (room - 8 - (columns - 1) * BOX.gap) / columns);

  flow.boxes = [];
  svg.replaceChildren();
  stages.forEach((stage, i) => {
    const column = i % columns;
    const x = column * (width + BOX.gap);
    const y = 8 + Math.floor(i / columns) * (BOX.height + BOX.row);
    const parts = drawBox(stage, x, y, width);

    if (i > 0)
      svg.append(drawQueue(parts, x, y, column > 0 ? "beside" : "above",
        (columns - 1) * (width + BOX.gap) + width / 2));
    svg.append(parts.group);
    flow.boxes.push(parts);
  });

  const height = 16 + Math.ceil(stages.length / columns) * (BOX.height + BOX.row) - BOX.row;

  svg.setAttribute("viewBox", `0 0 ${room} ${height}`);
  svg.setAttribute("height", height);
}

function ends(stage) {
  const parts = [];

  if (stage.failed > 0)
    parts.push(count(stage.failed) + " failed");
  if (stage.dropped > 0)
    parts.push(count(stage.dropped) + " dropped");
  return parts.join(", ");
}

function showFlow(f) {
  const room = Math.floor(byId("main").getBoundingClientRect().width) || 1000;
  const key = JSON.stringify([room, f.stages.map((s) => [s.id, s.lanes])]);

  if (key !== flow.key) {
    flow.key = key;
    buildFlow(f.stages, room);
  }
  f.stages.forEach((stage, i) => {
    const box = flow.boxes[i];
    const busy = stage.lanes > 0 ? Math.min(1, stage.busy / stage.lanes) : 0;

    write(box.title, `${stage.id} (${stage.plugin})${stage.when ? ", when " + stage.when : ""}`);
    write(box.rate, rate(stage.rate));
    write(box.times, i > 0 ? `${time(stage.p50)} · 99 % ${time(stage.p99)}` : "source");
    write(box.ends, cut(ends(stage) || (stage.when ? "when " + stage.when : ""), Math.floor(box.room / 6.2)));
    box.ends.setAttribute("class", stage.failed > 0 ? "bad" : "quiet");
    box.busy.setAttribute("width", box.room * busy);
    if (box.queue) {
      const full = stage.room > 0 ? Math.min(1, stage.waiting / stage.room) : 0;

      box.queue.setAttribute("width", box.queueRoom * full);
      write(box.waiting, stage.waiting > 0 ? count(stage.waiting) : "");
    }
  });
  byId("flow").setAttribute("aria-label", "The stages in their order: " +
    f.stages.map((s) => `${s.id} ${rate(s.rate)}`).join(", "));
}

/* ---- the chart ---- */

function showChart(f) {
  const most = Math.max(1, ...f.history.map(([, done, dropped, failed]) => Math.max(done, dropped, failed)));
  const at = ([ago], value) => `${(1000 - ago / 0.3).toFixed(1)} ${(145 - 135 * value / most).toFixed(1)}`;
  const line = (which) => f.history.map((h, i) => (i > 0 ? "L" : "M") + at(h, h[which])).join("");
  const chart = byId("chart");
  const last = f.history.length - 1;
  const words = `at most ${rate(most)}`;

  if (last < 1) {
    write(byId("chart-most"), "known in a few seconds");
    return;
  }

  const left = 1000 - f.history[0][0] / 0.3, right = 1000 - f.history[last][0] / 0.3;

  chart.replaceChildren(
    draw("path", {class: "done", d: `${line(1)}L${right.toFixed(1)} 160L${left.toFixed(1)} 160Z`}),
    draw("path", {class: "dropped", d: f.dropped > 0 ? line(2) : ""}),
    draw("path", {class: "failed", d: f.failed > 0 ? line(3) : ""}));
  chart.setAttribute("aria-label", `Documents a second: ${rate(f.done_rate)} now, ${words}`);
  write(byId("chart-most"), words);
}

/* ---- the table of stages ---- */

function cells(stage, isSource) {
  return [
    stage.id, count(stage.lanes), rate(stage.rate), count(stage.documents), count(stage.dropped),
    count(stage.failed), isSource ? "" : `${count(stage.waiting)} of ${count(stage.room)}`, count(stage.held),
    isSource ? "" : share(stage.lanes > 0 ? stage.busy / stage.lanes : 0),
    isSource ? "" : time(stage.p50), isSource ? "" : time(stage.p99),
  ];
}

function showStages(f) {
  const body = byId("stages");

  while (body.children.length < f.stages.length)
    body.append(make("tr", null, ...Array.from({length: 11}, () => make("td")),
      make("td", {class: "wide"}, make("div", {class: "counts"}))));
  while (body.children.length > f.stages.length)
    body.lastChild.remove();
  f.stages.forEach((stage, i) => {
    const row = body.children[i];
    const counts = row.lastChild.firstChild;

    cells(stage, i === 0).forEach((text, k) => write(row.children[k], text));
    row.children[0].title = stage.plugin + (stage.when ? ", when " + stage.when : "");
    row.children[5].className = stage.failed > 0 ? "bad" : "";
    while (counts.children.length < stage.counts.length)
      counts.append(make("span"));
    while (counts.children.length > stage.counts.length)
      counts.lastChild.remove();
    stage.counts.forEach(([name, value], k) => write(counts.children[k], `${name} ${count(value)}`));
  });
}

/* ---- documents ---- */

let documents = [], chosen = null, off = new Set(), colours = new Map();

function colourOf(layer) {
  if (!colours.has(layer))
    colours.set(layer, colours.size % LAYERS);
  return colours.get(layer);
}

/* The text cut wherever a span begins or ends; in each piece the spans that
 * cover it are nested, the longest outermost, so that pieces of one span meet. */
function pieces(d) {
  const edges = new Set([0, d.text.length]);

  for (const span of d.spans)
    edges.add(span.begin).add(span.end);

  const sorted = [...edges].sort((a, b) => a - b);
  const spans = [...d.spans].sort((a, b) => (b.end - b.begin) - (a.end - a.begin));

  return sorted.slice(0, -1).map((begin, i) => ({
    begin, end: sorted[i + 1],
    spans: spans.filter((s) => s.begin <= begin && s.end >= sorted[i + 1]),
  }));
}

function describe(span) {
  return [span.layer, span.kind, span.about].filter(Boolean).join(" · ");
}

function markPiece(d, piece) {
  let node = document.createTextNode(d.text.slice(piece.begin, piece.end));

  for (let i = piece.spans.length - 1; i >= 0; i--) {
    const span = piece.spans[i];
    const names = ["c" + colourOf(span.layer)];

    if (span.part)
      names.push("part");
    if (span.begin === piece.begin)
      names.push("begins");
    if (span.end === piece.end)
      names.push("ends");
    if (off.has(span.layer))
      names.push("off");
    node = make("mark", {class: names.join(" "), title: describe(span), "data-kind": span.kind, "data-layer": span.layer}, node);
    node.style.setProperty("--depth", 3 * (piece.spans.length - 1 - i) + "px");
  }
  return node;
}

function legend(d) {
  const layers = new Map();

  for (const span of d.spans)
    if (!span.part)
      layers.set(span.layer, (layers.get(span.layer) || 0) + 1);
  return make("div", {class: "legend", role: "group", "aria-label": "Layers"},
    ...[...layers].map(([layer, n]) => {
      const box = make("input", {type: "checkbox"});

      box.checked = !off.has(layer);
      box.addEventListener("change", () => {
        if (box.checked)
          off.delete(layer);
        else
          off.add(layer);
        for (const mark of document.querySelectorAll("#document mark"))
          mark.classList.toggle("off", off.has(mark.dataset.layer));
      });
      return make("label", {class: "c" + colourOf(layer)}, box, make("b", null, layer), ` ${n}`);
    }),
    layers.size === 0 ? make("span", {class: "quiet"}, "Nothing was found in it.") : null);
}

function spanTable(d) {
  return make("details", {class: "spans"},
    make("summary", null, `${d.spans.length} finds as a list`),
    make("table", null,
      make("thead", null, make("tr", null, ...["Layer", "Kind", "Text", "Name or remark"].map((t) => make("th", {scope: "col"}, t)))),
      make("tbody", null, ...d.spans.map((s) => make("tr", null,
        make("td", {class: "c" + colourOf(s.layer)}, s.layer), make("td", null, s.kind),
        make("td", null, cut(d.text.slice(s.begin, s.end), 120)), make("td", null, s.about || ""))))));
}

function timesBar(d) {
  const sum = d.times.reduce((a, b) => a + b, 0);
  const bar = make("div", {class: "times", "aria-hidden": "true"});
  const words = [];

  d.times.forEach((t, i) => {
    const part = make("i", {class: "c" + i % LAYERS, title: `${d.stages[i]} ${time(t)}`});

    part.style.flexGrow = sum > 0 ? t / sum : 0;
    bar.append(part);
    if (t > 0)
      words.push(`${d.stages[i]} ${time(t)}`);
  });
  return [bar, make("p", {class: "quiet"}, `${time(d.took)} from the source to the end; in stages: ${words.join(", ")}`)];
}

const named = (d) => d.title || cut(d.text.trim(), 80) || d.id || "(no text)";

function showDocument(d) {
  const article = byId("document");

  if (!d) {
    article.replaceChildren(make("p", {class: "quiet"}, "No document has come to its end yet."));
    return;
  }
  article.replaceChildren(
    make("h3", null, d.title || d.id || "(no title)"),
    make("p", {class: "quiet"}, [d.title ? d.id : null, clock(d.time), d.dropped ? `dropped by ${d.dropped_by}: ${d.dropped}` : null].filter(Boolean).join(" · ")),
    ...timesBar(d),
    legend(d),
    make("div", {class: "text"}, ...pieces(d).map((piece) => markPiece(d, piece)),
      d.cut > 0 ? make("span", {class: "quiet"}, ` … and ${bytes(d.cut)} more`) : null),
    d.spans.length > 0 ? spanTable(d) : null);
}

function choose(d) {
  chosen = d;
  showDocument(d);
  showList();
}

function listButton(d) {
  const item = make("button", {type: "button"},
    make("span", {class: "title"}, named(d)),
    make("span", {class: "quiet"}, `${clock(d.time)} · ${time(d.took)} · ` +
      (d.dropped ? `dropped: ${d.dropped}` : `${d.spans.length} finds`)));

  item.addEventListener("click", () => choose(d));
  d.button = item;
  return make("li", null, item);
}

function showList() {
  for (const d of documents) {
    if (d === chosen)
      d.button.setAttribute("aria-current", "true");
    else
      d.button.removeAttribute("aria-current");
  }
}

/* One that is read stays when newer ones push it off the list. */
function showDocuments(f) {
  const list = byId("list");
  const stages = f.stages.slice(1).map((s) => s.id);

  for (const d of [...f.documents].reverse()) {
    d.stages = stages;
    documents.unshift(d);
    list.prepend(listButton(d));
  }
  while (documents.length > 20) {
    documents.pop();
    list.lastChild.remove();
  }
  list.hidden = documents.length === 0;
  if (chosen === null)
    choose(documents[0] || null);
}

function onListKey(event) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const at = documents.findIndex((d) => d.button === document.activeElement);
  const next = documents[at + step];

  if (!step || at < 0 || !next)
    return;
  event.preventDefault();
  next.button.focus();
  choose(next);
}

/* ---- failures ---- */

function showReasons(f) {
  byId("reasons").replaceChildren(...[...f.reasons]
    .sort((a, b) => b.count - a.count)
    .map((r) => make("li", null, make("b", null, count(r.count)),
      make("span", null, (r.stage ? r.stage + ": " : "") + r.reason))));
}

function showFailures(f) {
  const body = byId("failures");

  if (f.failures.length > 0 && body.querySelector(".nothing"))
    body.replaceChildren();
  for (const d of [...f.failures].reverse())
    body.prepend(make("tr", null,
      make("td", null, clock(d.time)), make("td", null, d.stage),
      make("td", {class: "wide bad"}, d.reason + (d.crashes > 0 ? " (given up)" : "")),
      make("td", {class: "wide"}, d.title || d.id || d.ticket,
        (d.title || d.id || d.ticket) !== d.ticket ? make("div", {class: "quiet"}, d.ticket) : null)));
  while (body.children.length > 50)
    body.lastChild.remove();
  if (body.children.length === 0)
    body.append(make("tr", null, make("td", {colspan: 4, class: "nothing"}, "None failed.")));
}

/* ---- asking ---- */

let last = null, since = 0, begun = 0, paused = false, answered = Date.now();

/* Another worker counts its documents anew. */
function forget() {
  since = 0;
  documents = [];
  chosen = null;
  byId("list").replaceChildren();
  byId("failures").replaceChildren();
}

function show(f) {
  last = f;
  byId("main").hidden = false;
  byId("pause").hidden = false;
  showState(f);
  stateNotice(f);
  showTiles(f);
  showFlow(f);
  showChart(f);
  showStages(f);
  showDocuments(f);
  showReasons(f);
  showFailures(f);
}

async function ask(from) {
  const answer = await fetch("/figures.json?since=" + from, {cache: "no-store"});

  if (!answer.ok)
    throw new Error(answer.statusText);
  return answer.json();
}

async function refresh() {
  try {
    let f = await ask(since);

    if (f.begun !== begun) {
      if (since > 0)
        f = await ask(0);
      forget();
      begun = f.begun;
    }
    since = Math.max(since, ...f.documents.concat(f.failures).map((d) => d.number));
    answered = Date.now();
    show(f);
  } catch (error) {
    byId("main").hidden = false;
    showNotice(`No answer from the worker since ${clock(answered / 1000)}; asking again. (${error.message})`, true);
    byId("state").className = "state bad";
    write(byId("state"), "no answer");
  }
}

async function live() {
  if (!paused && !document.hidden)
    await refresh();
  setTimeout(live, EVERY_MS);
}

byId("pause").addEventListener("click", (event) => {
  paused = !paused;
  event.target.setAttribute("aria-pressed", paused);
  write(event.target, paused ? "Go on" : "Pause");
});
byId("list").addEventListener("keydown", onListKey);
addEventListener("resize", () => last && showFlow(last));
live();
