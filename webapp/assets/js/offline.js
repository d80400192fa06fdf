// The page for those without net: which pages are kept on this device, and how to be rid of them.
import { announce } from "./announce.js";

const PAGES = "avklart-sider-1", REFUSED = "avklart-uten-lagring";
const root = document.querySelector("[data-kept-pages]");
const part = (name) => root.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;

async function show() {
  const pages = await caches.open(PAGES), lines = [];
  for (const request of await pages.keys()) {
    const path = new URL(request.url).pathname;
    if (!path.startsWith(`/${language}/`) || path.endsWith("/frakoblet")) continue;
    const page = new DOMParser().parseFromString(await (await pages.match(request, { ignoreVary: true })).text(), "text/html");
    const link = document.createElement("a");
    link.href = path;
    link.textContent = page.querySelector("h1")?.textContent || path;
    const line = document.createElement("li");
    line.append(link);
    lines.push(line);
  }
  part("list").replaceChildren(...lines);
  part("none").hidden = lines.length > 0;
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith("avklart-")) await caches.delete(name);
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}

const isRefused = () => { try { return localStorage.getItem(REFUSED) !== null; } catch { return true; } };
function showChoice() {
  part("forget").hidden = isRefused();
  part("allow").hidden = !isRefused();
}

part("forget").addEventListener("click", async () => {
  await forget();
  try { localStorage.setItem(REFUSED, "1"); } catch { /* nothing is kept then either */ }
  await show();
  showChoice();
  announce(root.dataset.forgotten);
  part("allow").focus();
});
part("allow").addEventListener("click", () => { localStorage.removeItem(REFUSED); location.reload(); });

if (window.caches && navigator.serviceWorker) {
  root.hidden = false;
  showChoice();
  show();
}
