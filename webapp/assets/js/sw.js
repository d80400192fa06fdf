// The service worker: public pages that were read, the index, the plan and the emergency numbers also without net.
// SITE stands before this, from the server: { release, files, assets, languages, words }.
const PAGES = "avklart-sider-1", FILES = `avklart-filer-${SITE.release}`;
const MOST_PAGES = 60, FRESH = 24 * 60 * 60 * 1000;
const BASICS = ["", "abc/", "nodnummer", "min-plan", "frakoblet"];
const OURS = new RegExp(`^/(${SITE.languages.join("|")})/`);
const KEEPS = new RegExp(`${OURS.source}(|abc/[a-z0-9-]*|tjenester/[a-z0-9-]+|nodnummer|min-plan(/[a-z0-9-]+)?|frakoblet)$`);
const PRIVATE = new RegExp(`${OURS.source}(selvsjekk/|henvendelse|avtale/|ring-meg|sok)`);

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(SITE.files)).then(() => skipWaiting()));
});

// What an earlier release kept in its own way goes; pages that were read stay, and are shown with today's styles.
addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("avklart-") && ![PAGES, FILES].includes(name)).map((name) => caches.delete(name))))
    .then(() => clients.claim()));
});

/** Keeps an answer, if it is a public page without anything that somebody may have to hide. */
async function keep(path, answer) {
  const isPublic = /\bpublic\b/.test(answer.headers.get("Cache-Control") || "");
  if (!answer.ok || answer.redirected || answer.type !== "basic" || !isPublic || !KEEPS.test(path)) return;
  const text = await answer.text(), pages = await caches.open(PAGES);
  if (text.includes("data-quick-exit")) { await pages.delete(path); return; }
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set("X-Kept", new Date().toISOString());
  await pages.delete(path);
  await pages.put(path, new Response(text, { headers }));
  const read = (await pages.keys()).filter((one) => !BASICS.includes(new URL(one.url).pathname.replace(OURS, "")));
  await Promise.all(read.slice(0, Math.max(0, read.length - MOST_PAGES)).map((one) => pages.delete(one)));
}

/** Answers a kept page that says when it was kept, with the styles and scripts that we have now. */
async function kept(path) {
  const found = await (await caches.open(PAGES)).match(path, { ignoreVary: true });
  if (!found) return null;
  const language = OURS.exec(path)[1];
  const time = new Date(found.headers.get("X-Kept"));
  const locale = language === "en" ? "en-GB" : "nb-NO";
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(time);
  const clock = new Intl.DateTimeFormat("nb-NO", { hour: "2-digit", minute: "2-digit" }).format(time).replace(":", language === "en" ? ":" : ".");
  const words = SITE.words[language].replace("{day}", day).replace("{clock}", clock);
  const text = (await found.text())
    .replace(/\/static\/([a-z-]+)-[0-9a-f]{12}\.(css|js)/g, (all, stem, ending) => SITE.assets[`${stem}.${ending}`] || all)
    .replace(/<main[^>]*>/, (main) => `${main}<p class="notice from-before" role="status">${words}</p>`);
  return new Response(text, { headers: found.headers });
}

/** A page: from the net where there is one; else as it was, or the page for those who have no net. */
async function page(event, path) {
  try {
    const answer = await fetch(event.request);
    if (!event.request.url.includes("?")) event.waitUntil(keep(path, answer.clone()));
    return answer;
  } catch (fault) {
    const found = await kept(path) || await kept(`/${OURS.exec(path)[1]}/frakoblet`);
    if (found) return found;
    throw fault;
  }
}

async function file(request) {
  return await (await caches.open(FILES)).match(request, { ignoreVary: true }) || fetch(request);
}

addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (SITE.files.includes(pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate" && OURS.test(pathname) && !PRIVATE.test(pathname)) event.respondWith(page(event, pathname));
});

/** Fetches what should be there without net in a language, and the page that is being read, where it is not there or old. */
async function fetchAhead(language, path) {
  const pages = await caches.open(PAGES);
  for (const wanted of [...BASICS.map((basic) => `/${language}/${basic}`), path]) {
    const found = await pages.match(wanted, { ignoreVary: true });
    const isFresh = found && Date.now() - new Date(found.headers.get("X-Kept")) < FRESH;
    if (!isFresh && KEEPS.test(wanted)) await fetch(wanted).then((answer) => keep(wanted, answer), () => {});
  }
}

addEventListener("message", (event) => {
  const { language, path } = event.data || {};
  if (SITE.languages.includes(language)) event.waitUntil(fetchAhead(language, String(path)));
});
