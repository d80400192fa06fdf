// Starts the service worker from public pages, where nobody has refused it; from a page to be left quickly it is not.
const worker = navigator.serviceWorker;
const isPublic = document.querySelector("link[rel=canonical]") && !document.querySelector("[data-quick-exit], .header--private");

function isRefused() {
  try { return localStorage.getItem("avklart-uten-lagring") !== null; } catch { return true; }
}

if (worker && isPublic && !isRefused()) {
  addEventListener("load", () => {
    worker.register("/sw.js").then(() => worker.ready).then((found) => {
      found.active.postMessage({ language: document.documentElement.lang, path: location.search ? "" : location.pathname });
    }).catch(() => {});
  });
}
