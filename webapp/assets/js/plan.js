// The page of one's own plan. The plan is in the browser; the site gets it only to make a file of it, and keeps nothing.
import { announce } from "./announce.js";
import { MOST, add, change, clear, onChange, point, read } from "./plan-store.js";

const LONGEST_LINK = 8000;
const root = document.querySelector("[data-plan]");
const part = (name) => root.querySelector(`[data-${name}]`);
const list = part("list"), fault = part("fault"), own = part("own"), undo = part("undo");
const shown = new Map();
let taken = null, shared = [];

function complain(words) {
  fault.textContent = words || "";
  fault.hidden = !words;
  if (words) announce(words);
}

/** Does something to the plan, shows it as it then is, and says what went wrong. */
function act(how, said) {
  const { state } = change(how);
  show();
  if (state === "full") complain(root.dataset.full);
  else if (said) announce(said);
}

const written = (day) => {
  const [year, month, date] = day.split("-").map(Number);
  const language = document.documentElement.lang;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : [`${language}-NO`, "nb-NO"], { dateStyle: "long" }).format(new Date(year, month - 1, date));
};

/** Makes the line of a point; every id is the point's own, so that a label belongs to its field. */
function lineOf(id) {
  const line = part("item").content.firstElementChild.cloneNode(true);
  const parts = {};
  for (const element of line.querySelectorAll("[data-part]")) parts[element.dataset.part] = element;
  for (const element of line.querySelectorAll("[id], label")) {
    const name = element.htmlFor ? "htmlFor" : "id";
    if (element[name]) element[name] = `${element[name]}-${id}`;
  }
  const set = (name, value, said) => act((now) => now.map((one) => (one.id === id ? { ...one, [name]: value } : one)), said);
  let timer = 0;
  const keepNote = () => { clearTimeout(timer); timer = 0; set("note", parts.note.value); };
  parts.done.addEventListener("change", () => set("done", parts.done.checked));
  parts.date.addEventListener("change", () => set("date", parts.date.value));
  parts.note.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keepNote, 300); });
  parts.note.addEventListener("change", keepNote);
  addEventListener("pagehide", () => { if (timer) keepNote(); });
  parts.up.addEventListener("click", () => move(id, -1, parts.up));
  parts.down.addEventListener("click", () => move(id, 1, parts.down));
  parts.remove.addEventListener("click", () => remove(id));
  return { line, parts, isTyping: () => timer !== 0 };
}

function move(id, step, button) {
  act((now) => {
    const from = now.findIndex((one) => one.id === id), to = from + step;
    if (from < 0 || to < 0 || to >= now.length) return now;
    now.splice(to, 0, ...now.splice(from, 1));
    return now;
  }, root.dataset.moved);
  button.focus();
}

function remove(id) {
  act((now) => {
    const at = now.findIndex((one) => one.id === id);
    if (at >= 0) taken = { at, one: now[at] };
    return now.filter((one) => one.id !== id);
  });
  undo.hidden = !taken;
  undo.querySelector("button").focus();
}

function fill({ line, parts, isTyping }, one) {
  line.classList.toggle("is-done", one.done);
  parts.done.checked = one.done;
  parts.text.textContent = one.text.replace(/(\d) (?=\d)/g, "$1\u00a0"); // a telephone number stays on one line
  parts.about.textContent = `: ${one.text}`;
  if (document.activeElement !== parts.date) parts.date.value = one.date;
  if (document.activeElement !== parts.note && !isTyping()) parts.note.value = one.note;
  parts.written.textContent = one.note;
  parts.day.textContent = one.date ? written(one.date) : "";
  parts.from.hidden = !one.from;
  if (one.from) {
    parts.from.href = root.dataset.address + one.from;
    if (!one.shared && one.title) parts.from.textContent = one.title;
  }
}

/** Shows the plan as it is, and leaves the focus where it was. */
function show() {
  const { state, points } = read();
  const focused = document.activeElement;
  part("unreadable").hidden = state !== "unreadable";
  part("usable").hidden = state === "unreadable";
  complain(state === "forbidden" ? root.dataset.forbidden : "");
  const ids = new Set(points.map((one) => one.id));
  for (const [id, { line }] of shown) if (!ids.has(id)) { line.remove(); shown.delete(id); }
  points.forEach((one, number) => {
    if (!shown.has(one.id)) shown.set(one.id, lineOf(one.id));
    const made = shown.get(one.id);
    fill(made, one);
    made.parts.up.disabled = number === 0;
    made.parts.down.disabled = number === points.length - 1;
    if (list.children[number] !== made.line) list.insertBefore(made.line, list.children[number] || null);
  });
  if (focused !== document.activeElement && focused.isConnected) focused.focus();
  part("empty").hidden = points.length > 0;
  part("along").hidden = points.length === 0;
  const number = part("number");
  number.textContent = points.length ? number.dataset.words.replace("{done}", points.filter((one) => one.done).length).replace("{all}", points.length) : "";
}

own.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = own.querySelector("input"), wanted = point({ text: field.value });
  if (!wanted) { field.focus(); return; }
  const { state } = add([wanted]);
  show();
  if (state === "full") complain(root.dataset.full);
  else { field.value = ""; announce(root.dataset.added); }
  field.focus();
});

part("file").addEventListener("submit", (event) => {
  const { points } = read();
  let words = "";
  if (!navigator.onLine) words = root.dataset.offline;
  else if (event.submitter?.matches("[data-calendar]") && !points.some((one) => one.date && !one.done)) words = root.dataset.undated;
  if (words) { event.preventDefault(); complain(words); return; }
  const sent = points.map(({ id, text, note, date, done, from }) => ({ id, text, note, date, done, from }));
  event.target.elements.plan.value = JSON.stringify(sent);
});

// A link carries the plan behind the #, which no browser sends to a site.
const packed = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const unpacked = (text) => new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0)));

function makeLink() {
  const hasNotes = part("with-notes").checked;
  const rows = read().points.map((one) => [one.text, hasNotes ? one.note : "", one.date, one.from]);
  const written = JSON.stringify(rows);
  const field = part("link");
  field.hidden = written.length > LONGEST_LINK;
  if (field.hidden) { complain(root.dataset.long); return; }
  const input = field.querySelector("input");
  input.value = `${location.origin}${location.pathname}#plan=${packed(written)}`;
  input.focus();
  input.select();
}

/** Shows what a link carries, as words that somebody else wrote; nothing is taken over before it is asked for. */
function open() {
  const found = /^#plan=([\w-]*)$/.exec(location.hash);
  if (!location.hash.startsWith("#plan=")) return;
  history.replaceState(history.state, "", location.pathname);
  try {
    const rows = JSON.parse(unpacked(found[1]));
    shared = rows.slice(0, MOST.points).map(([text, note, date, from]) => point({ text, note, date, from, shared: true })).filter(Boolean);
  } catch { shared = []; }
  if (!shared.length) { complain(root.dataset.broken); return; }
  part("shared-list").replaceChildren(...shared.map((one) => {
    const line = document.createElement("li");
    line.textContent = [one.text, one.date && written(one.date), one.note].filter(Boolean).join(" – ");
    return line;
  }));
  part("shared").hidden = false;
  part("shared").focus();
}

function closeShared() {
  shared = [];
  part("shared").hidden = true;
  document.getElementById("innhold").focus();
}

const ACTS = {
  take() {
    const { state } = add(shared);
    show();
    if (state === "full") { complain(root.dataset.full); return; }
    closeShared();
    announce(root.dataset.added);
  },
  refuse: closeShared,
  undo() {
    if (!taken) return;
    const { at, one } = taken;
    taken = null;
    undo.hidden = true;
    act((now) => [...now.slice(0, at), one, ...now.slice(at)]);
    shown.get(one.id)?.parts.done.focus();
  },
  print() { window.print(); },
  share: makeLink,
  copy() {
    const input = part("link").querySelector("input");
    input.select();
    Promise.resolve(navigator.clipboard?.writeText(input.value)).then(() => announce(root.dataset.copied), () => {});
  },
  ask() { part("ask").hidden = true; part("sure").hidden = false; part("sure").querySelector("button").focus(); },
  keep() { part("sure").hidden = true; part("ask").hidden = false; part("ask").querySelector("button").focus(); },
  clear() {
    clear();
    taken = null;
    undo.hidden = true;
    part("sure").hidden = true;
    part("ask").hidden = false;
    show();
    announce(root.dataset.emptied);
    document.getElementById("innhold").focus();
  },
};
root.addEventListener("click", (event) => ACTS[event.target.closest("[data-do]")?.dataset.do]?.());

document.querySelector("[data-on-paper]").hidden = true;
root.hidden = false;
show();
open();
addEventListener("hashchange", open);
onChange(show);
