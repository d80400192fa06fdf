// My plan, as it lies in this browser and nowhere else. Whatever is read is looked at first: it may be of another
// release, of another tab, or of nobody we know.
const KEY = "avklart-plan";
export const MOST = { points: 1000, text: 300, note: 500, title: 200 };
const SOURCE = /^(abc|tjenester|min-plan)\/[a-z0-9-]{1,80}$/;
const DAY = /^2[01]\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

let kept = [];  // where the browser forbids storing, the plan lives as long as the page

const words = (value, most) => (typeof value === "string" ? value.replace(HIDDEN, "").trim().slice(0, most) : "");
const newId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Answers a point as it may be shown, or null where it says nothing; an earlier release kept only its words. */
export function point(raw) {
  const found = typeof raw === "string" ? { text: raw } : raw;
  if (!found || typeof found !== "object") return null;
  const text = words(found.text, MOST.text);
  if (!text) return null;
  return {
    id: /^[0-9a-z-]{1,40}$/.test(found.id) ? found.id : "",
    text,
    note: words(found.note, MOST.note),
    date: DAY.test(found.date) ? found.date : "",
    done: found.done === true,
    from: SOURCE.test(found.from) ? found.from : "",
    title: words(found.title, MOST.title),
    shared: found.shared === true,
  };
}

/** Answers the plan, and how it is with it: `ok`, `forbidden` (not to be stored), `unreadable` (not to be touched). */
export function read() {
  let written;
  try { written = localStorage.getItem(KEY); } catch { return { state: "forbidden", points: kept }; }
  if (!written) return { state: "ok", points: [] };
  let list;
  try { const found = JSON.parse(written); list = Array.isArray(found) ? found : found.points; } catch { list = null; }
  if (!Array.isArray(list)) return { state: "unreadable", points: [] };
  const seen = new Set();
  const points = [];
  for (const [number, raw] of list.slice(0, MOST.points).entries()) {
    const clean = point(raw);
    if (!clean) continue;
    if (!clean.id || seen.has(clean.id)) clean.id = `nr-${number}`;
    seen.add(clean.id);
    points.push({ ...(typeof raw === "object" ? raw : {}), ...clean });  // what a newer release knows stays
  }
  return { state: "ok", points };
}

/** Changes the plan as it is now, also where another tab has changed it; answers as `read` does, or `full`. */
export function change(how) {
  const { state, points } = read();
  if (state === "unreadable") return { state, points };
  const wanted = how(points.map((one) => ({ ...one })));
  if (wanted.length > MOST.points) return { state: "full", points };
  if (state === "forbidden") { kept = wanted; return { state, points: kept }; }
  try {
    if (wanted.length) localStorage.setItem(KEY, JSON.stringify({ version: 1, points: wanted }));
    else localStorage.removeItem(KEY);
  } catch { return { state: "full", points }; }
  return { state: "ok", points: wanted };
}

/** Adds points that are not there yet. */
export const add = (points) => change((now) => {
  const isThere = (one) => now.some((other) => other.text === one.text && other.from === one.from);
  return [...now, ...points.filter((one) => !isThere(one)).map((one) => ({ ...one, id: newId() }))];
});

/** Takes the whole plan away from this browser. */
export function clear() {
  kept = [];
  try { localStorage.removeItem(KEY); } catch { /* nothing was stored */ }
}

/** Tells when another tab has changed the plan, and when an old page is shown again. */
export function onChange(then) {
  addEventListener("storage", (event) => { if (event.key === KEY || event.key === null) then(); });
  addEventListener("pageshow", (event) => { if (event.persisted) then(); });
}
