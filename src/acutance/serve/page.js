// The page: sends pictures, listens to how they go on, shows them before and after. Texts come from en.json.
const texts = JSON.parse(document.getElementById("texts").textContent);
const t = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
const $ = (id) => document.getElementById(id);
const make = (tag, values = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), values);
  element.append(...children);
  return element;
};
const store = {
  read(name, otherwise) { try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; } },
  write(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a private window remembers nothing */ } },
};
const time = (seconds) => seconds < 90 ? t("time.seconds", { count: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) })
  : seconds < 5400 ? t("time.minutes", { count: Math.round(seconds / 60) }) : t("time.hours", { count: (seconds / 3600).toFixed(1) });
const megabytes = (bytes) => t("unit.bytes", { count: (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1) });
let quiet;
const say = (sentence) => { $("said").textContent = sentence; clearTimeout(quiet); quiet = setTimeout(() => $("said").textContent = "", 6000); };
const ask = async (address, how = {}) => {
  const answer = await fetch(address, how), found = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
};

// ---- tabs ------------------------------------------------------------------------------------------------------------
const tabs = [...document.querySelectorAll("[role=tab]")];
const open = (tab) => {
  for (const each of tabs) {
    each.setAttribute("aria-selected", each === tab);
    each.tabIndex = each === tab ? 0 : -1;
    $(each.getAttribute("aria-controls")).hidden = each !== tab;
  }
  if (tab.id === "tab-compare") showChoices();
  if (tab.id === "tab-runs") showRuns();
};
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(place + step + tabs.length) % tabs.length];
    open(next);
    next.focus();
  });
}

// ---- options, remembered in the browser --------------------------------------------------------------------------------
const form = $("options");
let offers;
const words = (network) => {
  const scores = Object.entries(network.scores).map(([set, score]) => `${set} ${score.toFixed(2)} dB`).join(", ");
  return network.words + (scores ? `. ${t("scores", { scores })}` : "");
};
const fill = (select, names, worded) => select.replaceChildren(...names.map((name) => new Option(worded(name), name)));
const dressed = () => {
  for (const part of form.querySelectorAll("[data-size]")) part.hidden = part.dataset.size !== form.elements.size.value;
  for (const field of form.querySelectorAll("[data-size] input, input[data-size]")) field.disabled = field.closest("[data-size]").hidden;
  $("network-words").textContent = words(offers.networks.find((each) => each.name === form.elements.network.value));
};
const chosen = () => {
  const value = (name) => form.elements[name].value;
  const size = value("size") === "fit" ? { fit: `${value("width")}x${value("height")}` } : { scale: value("scale") };
  return { network: value("network"), ...size, format: value("format"), quality: value("quality"), engine: value("engine") };
};
async function offered() {
  offers = await ask("/api/offers");
  fill(form.elements.network, offers.networks.map((each) => each.name), (name) => name);
  fill(form.elements.format, offers.formats, (name) => name === "same" ? t("option.format.same") : name.toUpperCase());
  fill(form.elements.engine, offers.engines, (name) => t(`engine.${name}`));
  for (const [name, value] of Object.entries(store.read("options", {}))) {
    const field = form.elements[name];
    if (field && (!field.options || [...field.options].some((option) => option.value === value))) field.value = value;
  }
  dressed();
  form.addEventListener("input", () => { dressed(); store.write("options", Object.fromEntries(new FormData(form))); });
}

// ---- the queue -----------------------------------------------------------------------------------------------------------
const known = new Map();       // id -> what the server tells of a picture
const rows = new Map();        // id -> its row
const names = store.read("names", {});
const nameOf = (picture) => picture.name ?? names[picture.id] ?? t("name.unknown");
const button = (action, name, run) => {
  const made = make("button", { type: "button", textContent: t(`action.${action}`) });
  made.setAttribute("aria-label", t("action.named", { action: t(`action.${action}`), name }));
  made.dataset.action = action;
  made.addEventListener("click", run);
  return made;
};
const row = (name) => {
  const thumb = make("img", { className: "thumb", alt: "" }), state = make("div", { className: "state" });
  const bar = make("progress", { max: 1, value: 0 }), buttons = make("div", { className: "buttons" });
  const title = make("div", { className: "name", textContent: name });
  bar.setAttribute("aria-label", t("progress", { name }));
  thumb.hidden = true;
  const item = make("li", {}, make("div", {}, thumb), make("div", {}, title, state, bar), buttons);
  return Object.assign(item, { thumb, state, bar, buttons });
};
const stateOf = (picture) => {
  const { done, of } = picture.tiles, left = picture.seconds_left;
  if (picture.state === "waiting")
    return picture.place ? t("state.waiting", { place: picture.place, time: time(left) }) : t("state.waiting.short");
  if (picture.state === "working") {
    if (picture.writing) return t("state.writing");
    if (!of) return t("state.working.first");
    return left === null ? t("state.working.untimed", { done, of }) : t("state.working", { done, of, time: time(left) });
  }
  if (picture.state === "done")
    return picture.seconds ? t("state.done", { time: time(picture.seconds), size: megabytes(picture.bytes) }) : t("state.done.short");
  return t(`state.${picture.state}`, { fault: picture.fault ?? "" });
};
const act = (picture, what) => ask(`/api/pictures/${picture.id}/${what}`, { method: "POST" }).then(heard, (error) => say(error.message));
const remove = (picture) => ask(`/api/pictures/${picture.id}`, { method: "DELETE" }).then(() => gone([picture.id]), (error) => say(error.message));
const actions = (picture) => {
  const name = nameOf(picture), link = make("a", { className: "button", href: picture.links.result ?? "", textContent: t("action.download") });
  link.setAttribute("aria-label", t("action.named", { action: t("action.download"), name }));
  if (!picture.name) link.download = "";
  if (picture.state === "done") return [button("show", name, () => view(picture.id)), link, button("remove", name, () => remove(picture))];
  if (picture.state === "waiting" || picture.state === "working") return [button("cancel", name, () => act(picture, "cancel"))];
  return [button("retry", name, () => act(picture, "retry")), button("remove", name, () => remove(picture))];
};
const replaced = (box, made) => {
  // The button that is pressed at this moment keeps the focus in what replaces it.
  const held = box.contains(document.activeElement);
  box.replaceChildren(...made);
  if (held) box.firstElementChild?.focus();
};
function heard(picture) {
  const before = known.get(picture.id);
  known.set(picture.id, picture);
  if (picture.kind === "comparison") return compared(picture);
  let item = rows.get(picture.id);
  if (!item) {
    rows.set(picture.id, item = row(nameOf(picture)));
    $("pictures").prepend(item);
  }
  if (item.thumb.hidden && picture.links.thumbnail) { item.thumb.src = picture.links.thumbnail; item.thumb.hidden = false; }
  item.className = picture.state;
  item.state.textContent = [stateOf(picture), ...picture.notes].join(" · ");
  item.bar.hidden = picture.state !== "working" && picture.state !== "waiting";
  item.bar.value = picture.share;
  if (before?.state !== picture.state) replaced(item.buttons, actions(picture));
  if (before && before.state !== picture.state && picture.state === "done") say(t("said.done", { name: nameOf(picture) }));
  if (before && before.state !== picture.state && picture.state === "failed") say(t("said.failed", { name: nameOf(picture), fault: picture.fault }));
  counted();
}
function gone(ids) {
  for (const id of ids) {
    known.delete(id);
    rows.get(id)?.remove();
    rows.delete(id);
    delete names[id];
  }
  store.write("names", names);
  counted();
}
const pictures = () => [...known.values()].filter((each) => each.kind === "picture");
function counted() {
  const all = pictures(), done = all.filter((each) => each.state === "done");
  $("empty").hidden = all.length > 0 || $("pictures").children.length > 0;
  $("told").textContent = all.length ? t("queue.told", { done: done.length, all: all.length }) : "";
  $("zip").hidden = !done.length;
  $("clear").hidden = !done.length;
}
$("clear").addEventListener("click", () => { for (const each of pictures()) if (each.state === "done") remove(each); $("queue").focus(); });

function listen() {
  const source = new EventSource("/api/events");
  let lost = false;
  source.addEventListener("all", (event) => {
    const now = JSON.parse(event.data), ids = new Set(now.map((each) => each.id));
    gone([...known.keys()].filter((id) => !ids.has(id)));
    now.forEach(heard);
    if (lost) say(t("said.back"));
    lost = false;
  });
  source.addEventListener("changed", (event) => JSON.parse(event.data).forEach(heard));
  source.addEventListener("gone", (event) => gone(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    if (!lost) say(t("said.lost"));
    lost = true;
    // A browser tries again by itself, but not after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}

// ---- sending -------------------------------------------------------------------------------------------------------------
const AT_ONCE = 2, waiting = [];
let sending = 0;
function add(files) {
  if (!form.reportValidity()) return;
  const options = chosen();
  for (const file of files) {
    const item = row(file.name), sent = { file, options, item, stopped: false };
    item.state.textContent = t("state.waiting.short");
    item.buttons.append(button("cancel", file.name, () => { sent.stopped = true; sent.request?.abort(); item.remove(); counted(); }));
    $("pictures").prepend(item);
    waiting.push(sent);
  }
  counted();
  next();
}
function next() {
  while (sending < AT_ONCE && waiting.length) {
    const sent = waiting.shift();
    if (sent.stopped) continue;
    sending += 1;
    send(sent).finally(() => { sending -= 1; next(); });
  }
}
async function send(sent) {
  const { file, options, item } = sent;
  if (file.size > offers.limits.bytes) return refused(sent, t("refused.bytes", { most: $("limits").dataset.most }));
  for (;;) {
    const { status, found, again } = await posted(sent, file, options);
    if (sent.stopped) return;
    if (status === 201) {
      names[found.id] = file.name;
      store.write("names", names);
      if (rows.has(found.id)) item.remove();
      else { rows.set(found.id, item); item.buttons.replaceChildren(); }
      heard(known.get(found.id) ?? found);
      return say(t("said.added", { name: file.name }));
    }
    if (status !== 429) return refused(sent, found?.error ?? t("said.lost"));
    // There is no place at the moment: the picture stays here, and asks again.
    item.state.textContent = t("state.held", { reason: found.error });
    await new Promise((done) => setTimeout(done, 1000 * again * (1 + Math.random() / 2)));
    if (sent.stopped) return;
  }
}
const posted = (sent, file, options) => new Promise((done) => {
  const request = sent.request = new XMLHttpRequest(), body = new FormData();
  for (const [name, value] of Object.entries(options)) body.append(name, value);
  body.append("picture", file, file.name);
  request.upload.addEventListener("progress", (event) => {
    sent.item.state.textContent = t("state.sending", { percent: Math.round(100 * event.loaded / event.total) });
    sent.item.bar.value = 0;
  });
  const ended = () => {
    let found = null;
    try { found = JSON.parse(request.responseText); } catch { /* no answer, or none of ours */ }
    done({ status: request.status, found, again: Number(request.getResponseHeader("Retry-After")) || 2 });
  };
  for (const end of ["load", "error", "abort"]) request.addEventListener(end, ended);
  request.open("POST", "/api/pictures");
  request.send(body);
});
function refused({ file, item }, fault) {
  item.className = "failed";
  item.bar.hidden = true;
  item.state.textContent = t("state.failed", { fault });
  item.buttons.replaceChildren(button("remove", file.name, () => { item.remove(); counted(); }));
  say(t("said.refused", { name: file.name, fault }));
}
for (const [opens, input] of [["choose", "files"], ["choose-folder", "folder"]]) {
  $(opens).addEventListener("click", () => $(input).click());
  $(input).addEventListener("change", (event) => { add([...event.target.files]); event.target.value = ""; });
}
const inside = async (entry) => {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return (await Promise.all(found.map(inside))).flat();
    found.push(...some);
  }
};
document.addEventListener("dragover", (event) => { event.preventDefault(); $("drop").classList.add("over"); });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").classList.remove("over"); });
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  $("drop").classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  add(entries.length ? (await Promise.all(entries.map(inside))).flat() : [...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) add([...event.clipboardData.files]); });

// ---- before and after ------------------------------------------------------------------------------------------------------
const viewer = $("viewer"), modes = [...viewer.querySelectorAll("[data-mode]")];
let shown, spot = { x: .5, y: .5 };
function view(id) {
  const picture = shown = known.get(id), { before, shown: after, result } = picture.links;
  $("viewer-name").textContent = nameOf(picture);
  const sizes = { from: `${picture.width} x ${picture.height}`, to: `${picture.result_width} x ${picture.result_height}` };
  $("viewer-size").textContent = t("view.size", sizes);
  $("viewer-download").href = result;
  for (const [side, address] of [["before", before], ["after", after]])
    for (const image of viewer.querySelectorAll(`img.${side}`)) { image.src = address; image.alt = `${nameOf(picture)}, ${t(`view.${side}`)}`; }
  const [image] = viewer.querySelectorAll("img.after");
  image.onload = () => {
    shown.times = picture.result_width / image.naturalWidth;
    if (shown.times > 1.01) $("viewer-size").textContent += `. ${t("view.reduced", { percent: Math.round(100 / shown.times) })}`;
    fitted();
  };
  viewer.showModal();
  mode(store.read("mode", "slider"));
}
function mode(name) {
  for (const each of modes) each.setAttribute("aria-pressed", each.dataset.mode === name);
  for (const part of viewer.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== name;
  store.write("mode", name);
  fitted();
}
function fitted() {
  if (!viewer.open) return;
  const ratio = shown.result_width / shown.result_height, slider = $("slider");
  const room = viewer.clientWidth - 2 * parseFloat(getComputedStyle(viewer).paddingLeft);
  const width = Math.min(room, ratio * innerHeight * .62, Math.max(shown.result_width, 320));
  slider.style.width = `${width}px`;
  slider.style.height = `${width / ratio}px`;
  slider.style.setProperty("--at", `${slider.querySelector("input").value}%`);
  loupe();
}
function loupe() {
  // One pixel of the picture is one of the screen.
  const image = $("overview").querySelector("img"), dots = devicePixelRatio;
  const width = image.naturalWidth / dots, height = image.naturalHeight / dots;
  if (!width || !image.clientWidth) return;
  for (const side of ["before", "after"]) {
    const pane = viewer.querySelector(`.pane.${side}`);
    pane.style.backgroundImage = `url("${side === "before" ? shown.links.before : shown.links.shown}")`;
    pane.style.backgroundSize = `${width}px ${height}px`;
    pane.style.backgroundPosition = `${pane.clientWidth / 2 - spot.x * width}px ${pane.clientHeight / 2 - spot.y * height}px`;
    if (side === "after") continue;
    const mark = $("overview").querySelector("i").style, wide = Math.min(1, pane.clientWidth / width), high = Math.min(1, pane.clientHeight / height);
    Object.assign(mark, { width: `${100 * wide}%`, height: `${100 * high}%`, left: `${100 * (spot.x - wide / 2)}%`, top: `${100 * (spot.y - high / 2)}%` });
  }
}
const within = (value) => Math.min(1, Math.max(0, value));
for (const each of modes) each.addEventListener("click", () => mode(each.dataset.mode));
$("slider").querySelector("input").addEventListener("input", (event) => $("slider").style.setProperty("--at", `${event.target.value}%`));
const pointed = (event) => {
  const box = $("overview").getBoundingClientRect();
  spot = { x: within((event.clientX - box.x) / box.width), y: within((event.clientY - box.y) / box.height) };
  loupe();
};
$("overview").addEventListener("pointermove", pointed);
$("overview").addEventListener("pointerdown", pointed);
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
$("overview").addEventListener("keydown", (event) => {
  const step = arrows[event.key];
  if (!step) return;
  event.preventDefault();
  spot = { x: within(spot.x + step[0] / 40), y: within(spot.y + step[1] / 40) };
  loupe();
});
$("viewer-close").addEventListener("click", () => viewer.close());
addEventListener("resize", fitted);

// ---- networks on one crop ----------------------------------------------------------------------------------------------------
const compare = $("compare"), crop = { x: 0, y: 0 };
let asked;
const usable = () => pictures().filter((each) => each.links.thumbnail && each.width);
const cropped = () => known.get(compare.elements.picture.value);
function showChoices() {
  const found = usable(), select = compare.elements.picture, was = select.value;
  $("compare-none").hidden = found.length > 0;
  compare.hidden = !found.length;
  select.replaceChildren(...found.map((each) => new Option(nameOf(each), each.id)));
  if (found.some((each) => each.id === was)) select.value = was;
  if (!$("compare-networks").children.length)
    $("compare-networks").append(...offers.compared.map((name) => {
      const network = offers.networks.find((each) => each.name === name);
      const box = make("input", { type: "checkbox", name: "network", value: name, checked: true });
      return make("label", {}, box, network ? `${name}: ${words(network)}` : t("compare.bicubic"));
    }));
  if (found.length) showCrop(select.value !== was);
}
function showCrop(anew) {
  const picture = cropped(), image = $("crop").querySelector("img");
  if (anew) {
    Object.assign(crop, { x: picture.width / 2, y: picture.height / 2 });
    image.onload = framed;
    image.src = picture.links.before ?? picture.links.thumbnail;
    image.style.width = `${Math.min(picture.width, 800)}px`;
  }
  framed();
}
function framed() {
  const picture = cropped(), side = Number(compare.elements.side.value), frame = $("frame").style;
  if (!picture) return;
  const reach = (length) => Math.min(side, length);
  crop.left = Math.round(Math.min(Math.max(0, crop.x - side / 2), picture.width - reach(picture.width)));
  crop.top = Math.round(Math.min(Math.max(0, crop.y - side / 2), picture.height - reach(picture.height)));
  Object.assign(frame, {
    left: `${100 * crop.left / picture.width}%`, top: `${100 * crop.top / picture.height}%`,
    width: `${100 * reach(picture.width) / picture.width}%`, height: `${100 * reach(picture.height) / picture.height}%`,
  });
}
const moved = (event) => {
  if (event.type === "pointermove" && !event.buttons) return;
  const box = $("crop").querySelector("img").getBoundingClientRect(), picture = cropped();
  crop.x = picture.width * within((event.clientX - box.x) / box.width);
  crop.y = picture.height * within((event.clientY - box.y) / box.height);
  framed();
};
for (const kind of ["pointerdown", "pointermove"]) $("crop").addEventListener(kind, moved);
$("frame").addEventListener("keydown", (event) => {
  const step = arrows[event.key], picture = cropped();
  if (!step) return;
  event.preventDefault();
  const side = Number(compare.elements.side.value);
  crop.x = crop.left + side / 2 + step[0] * Math.max(1, Math.round(picture.width / 50));
  crop.y = crop.top + side / 2 + step[1] * Math.max(1, Math.round(picture.height / 50));
  framed();
});
compare.elements.picture.addEventListener("change", () => showCrop(true));
compare.elements.side.addEventListener("change", framed);
compare.addEventListener("submit", async (event) => {
  event.preventDefault();
  const networks = [...compare.querySelectorAll("[name=network]:checked")].map((box) => box.value);
  const body = JSON.stringify({ x: crop.left, y: crop.top, side: Number(compare.elements.side.value), networks });
  try {
    if (asked) await ask(`/api/pictures/${asked}`, { method: "DELETE" }).catch(() => null);
    const told = await ask(`/api/pictures/${cropped().id}/comparisons`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    asked = told.id;
    compared(known.get(told.id) ?? told);
  } catch (error) { $("compare-told").textContent = error.message; }
});
function compared(told) {
  asked ??= told.id;
  if (told.id !== asked) return;
  const { done, of } = told.tiles;
  $("compare-told").textContent = told.state === "failed" ? told.fault : told.state === "done" ? ""
    : of ? t("compare.working", { done, of }) : t("compare.waiting");
  if (told.state !== "done" || $("compared").dataset.id === told.id) return;
  $("compared").dataset.id = told.id;
  $("compare-head").hidden = false;
  $("compared").replaceChildren(...told.made.map((each) => make("figure", {},
    make("img", { src: each.url, alt: each.network, width: told.result_width, height: told.result_height }),
    make("figcaption", { textContent: t("compare.made", each) }))));
}

// ---- runs ---------------------------------------------------------------------------------------------------------------------
const COLOURS = ["#2f81f7", "#e8590c", "#2b8a3e", "#ae3ec9", "#c92a2a", "#0c8599", "#a0764f", "#868e96"];
const LIVE = 5000;
let refresh;
async function showRuns() {
  clearTimeout(refresh);
  if ($("panel-runs").hidden) return;
  try {
    const runs = await ask("/api/runs"), select = $("run"), was = select.value || store.read("run", "");
    $("runs-none").hidden = runs.length > 0;
    $("runs-choice").hidden = $("run-shown").hidden = !runs.length;
    if (!select.matches(":focus") || select.options.length !== runs.length)
      select.replaceChildren(...runs.map((run) => new Option(`${run.name} · ${t(run.finished ? "runs.finished" : "runs.going")}`, run.id)));
    if (runs.some((run) => run.id === was)) select.value = was;
    if (runs.length) showRun(await ask(`/api/runs/${select.value}`));
  } catch (error) { say(error.message); }
  refresh = setTimeout(showRuns, LIVE);
}
function showRun(run) {
  const facts = { [t("runs.at")]: t(run.steps ? "runs.steps" : "runs.step", run), ...run.facts };
  $("run-facts").replaceChildren(...Object.entries(facts).flatMap(([name, fact]) => [make("dt", { textContent: name }), make("dd", { textContent: fact })]));
  $("run-charts").replaceChildren(...run.charts.map(chart));
  $("run-scores-head").hidden = !run.scores.length;
  $("run-scores").replaceChildren(...run.scores.map((cells, place) => make("tr", {}, ...cells.map((cell, column) =>
    Object.assign(make(place && column ? "td" : "th", { textContent: cell }), place && column ? {} : { scope: place ? "row" : "col" })))));
  $("run-samples-head").hidden = !run.samples.length;
  const had = new Set([...$("run-samples").querySelectorAll("img")].map((image) => image.getAttribute("src")));
  if (run.samples.length !== had.size || !run.samples.every((each) => had.has(`${each.url}?step=${each.step}`)))
    $("run-samples").replaceChildren(...run.samples.map((each) => make("figure", {},
      make("img", { src: `${each.url}?step=${each.step}`, loading: "lazy", alt: t("runs.sample", each) }),
      make("figcaption", { textContent: t("runs.sample", each) }))));
}
const drawn = (tag, values, text = "") => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
};
const number = (value) => Math.abs(value) >= 1e4 || (value && Math.abs(value) < 1e-3) ? value.toExponential(1) : String(Number(value.toPrecision(4)));
function chart({ title, curves }) {
  const [wide, high, left, below] = [480, 260, 68, 28], points = curves.flatMap((curve) => curve.points);
  const log = points.every(([, y]) => y > 0) && Math.max(...points.map(([, y]) => y)) > 10 * Math.min(...points.map(([, y]) => y));
  const scale = log ? Math.log10 : (y) => y, ys = points.map(([, y]) => scale(y)), last = Math.max(1, ...points.map(([x]) => x));
  const low = Math.min(...ys), top = Math.max(...ys) === low ? low + 1 : Math.max(...ys);
  const x = (step) => left + (wide - left - 8) * step / last, y = (value) => 8 + (high - below - 8) * (1 - (scale(value) - low) / (top - low));
  const values = { title, first: number(points[0][1]), last: number(points.at(-1)[1]), steps: last };
  const svg = drawn("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": t("runs.chart", values) });
  svg.append(drawn("path", { class: "axis", d: `M${left} 8V${high - below}H${wide - 8}` }));
  for (const share of [0, .5, 1]) {
    const value = low + share * (top - low), shownValue = log ? 10 ** value : value;
    svg.append(drawn("text", { x: left - 6, y: y(shownValue) + 4, "text-anchor": "end" }, number(shownValue)));
    svg.append(drawn("text", { x: x(share * last), y: high - 8, "text-anchor": share === 1 ? "end" : share ? "middle" : "start" }, number(Math.round(share * last))));
  }
  const keys = curves.map((curve, place) => {
    const colour = COLOURS[place % COLOURS.length];
    svg.append(drawn("polyline", { class: "curve", stroke: colour, points: curve.points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ") }));
    const key = make("i", { className: "key" });
    key.style.background = colour;
    return make("span", {}, key, curve.name);
  });
  return make("figure", {}, svg, make("figcaption", {}, title, ...keys));
}
$("run")?.addEventListener("change", () => { store.write("run", $("run").value); showRuns(); });

await offered();
listen();
