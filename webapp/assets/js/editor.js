// Writing on a page: it saves itself, the preview follows, and a small toolbar puts marks into the text.
const form = document.getElementById("skjema");
const saved = form.querySelector("[data-saved]");
const preview = document.querySelector("[data-preview]");
const frame = preview.querySelector("iframe");
const tools = form.querySelector("template[data-toolbar]");
const WAIT = 1500, MOST = 8000000;
let timer = 0, isDirty = false;

/** Tells the form that something was written: it saves itself when there has been quiet for a moment. */
function touched() {
  isDirty = true;
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new Event("autosave")), WAIT);
}

form.addEventListener("input", touched);
form.addEventListener("change", touched);
form.addEventListener("submit", (event) => {
  const size = [...new FormData(form).values()].reduce((sum, value) => sum + value.length, 0);
  if (size > MOST) {
    event.preventDefault();
    say(saved.dataset.large);
    return;
  }
  clearTimeout(timer);
  if (event.submitter?.formTarget !== "_blank") isDirty = false;
});

// What a text may lead to is the same as what can be picked: the lists stand once in the page.
for (const group of tools.content.querySelectorAll("[data-pages]")) {
  for (const one of document.querySelectorAll(`#sider-${group.dataset.pages} option`)) {
    const at = one.value.lastIndexOf(" (");
    const title = one.value.slice(0, at);
    group.append(new Option(title, `[${title}](${group.dataset.pages}:${one.value.slice(at + 2, -1)})`));
  }
}

/** Says how the saving went, beside the form and to a screen reader. */
function say(text) {
  const line = saved.querySelector("[data-announce]");
  line.textContent = text;
  document.getElementById("status").textContent = text;
}

// What could not be saved by itself is said, and stays where it was written; nothing leads away from it.
let isOpen = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  isOpen = saved.querySelector("[data-remarks]")?.open || false;
  if (event.detail.target === saved && event.detail.xhr.status === 409) event.detail.shouldSwap = true;
});
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    const status = event.detail.xhr?.status;
    if (event.detail.elt !== saved || status === 409) return;
    say(status === 413 ? saved.dataset.large : saved.dataset.failed);
  });
}
document.addEventListener("htmx:afterSwap", (event) => {
  const remarks = saved.querySelector("[data-remarks]");
  if (event.detail.target === saved && remarks) remarks.open = isOpen;
  if (event.detail.target !== saved || event.detail.xhr.status !== 200) return;
  isDirty = false;
  reload();
});
addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

/** Shows the draft anew where it was looked at: the same language, the same place on the page. */
function reload() {
  const inside = frame.contentWindow;
  const at = inside.scrollY;
  frame.addEventListener("load", () => inside.scrollTo(0, at), { once: true });
  inside.location.reload();
}

preview.querySelector("[data-widths]").hidden = false;
preview.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-width]");
  const tab = event.target.closest("a[target]");
  if (tab) {
    for (const other of preview.querySelectorAll("a[target]")) other.removeAttribute("aria-current");
    tab.setAttribute("aria-current", "true");
  }
  if (!chosen) return;
  for (const other of preview.querySelectorAll("[data-width]")) other.setAttribute("aria-pressed", String(other === chosen));
  const width = chosen.dataset.width;
  preview.dataset.shows = width;
  const address = new URL(frame.contentWindow.location.href);
  address.search = width === "paper" ? "?visning=papir" : "";
  frame.contentWindow.location.replace(address);
});

/** Puts text around or instead of what is marked, so that it can be undone as if it had been typed. */
function put(area, before, after = "", instead = "") {
  const start = area.selectionStart, end = area.selectionEnd;
  const chosen = instead || area.value.slice(start, end);
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, before + chosen + after)) {
    area.setRangeText(before + chosen + after, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!instead) area.setSelectionRange(start + before.length, start + before.length + chosen.length);
}

/** Puts a mark at the beginning of each line that is marked. */
function putOnLines(area, mark) {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const until = area.selectionEnd;
  const lines = area.value.slice(from, until).split("\n").map((line) => (line.startsWith(mark) ? line : mark + line));
  area.setSelectionRange(from, until);
  put(area, "", "", lines.join("\n"));
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

for (const area of form.querySelectorAll("[data-writing]:not(:disabled)")) {
  const bar = document.createElement("div");
  bar.className = "toolbar";
  bar.setAttribute("role", "group");
  const name = form.querySelector(`label[for="${area.id}"]`)?.firstChild.textContent.trim() || "";
  bar.setAttribute("aria-label", `${tools.dataset.wordsTools}: ${name}`);
  const list = tools.content.querySelector("select").cloneNode(true);
  list.setAttribute("aria-label", `${tools.dataset.wordsPut}: ${name}`);
  list.addEventListener("change", (event) => {
    event.stopPropagation();
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    const text = chosen ? list.value.replace(/^\[[^\]]*\]/, `[${chosen}]`) : list.value;
    if (list.value) put(area, "", "", text);
    list.value = "";
  });
  bar.append(
    button(tools.dataset.wordsBold, () => put(area, "**", "**")),
    button(tools.dataset.wordsHeading, () => putOnLines(area, "### ")),
    button(tools.dataset.wordsList, () => putOnLines(area, "- ")),
    button(tools.dataset.wordsLink, () => put(area, "[", "](https://)")),
    list,
  );
  area.before(bar);
}
