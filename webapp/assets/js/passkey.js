// Passkeys: asks the browser, and sends what it answers with the form that stands there (WebAuthn).

/** Bytes of base64url text, and back: the options and the answer travel as JSON. */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** What the page asks for, with bytes where the browser wants bytes. */
function readable(options) {
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = known(options.allowCredentials);
  return found;
}

/** What the browser answered, as the server reads it. */
function sendable(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() });
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-passkey]");
  if (!form || form.elements.answer.value) return;
  event.preventDefault();
  const fault = form.querySelector("[role=alert]");
  fault.hidden = true;
  try {
    const publicKey = readable(JSON.parse(form.dataset.options));
    form.elements.answer.value = sendable(await navigator.credentials[form.dataset.passkey]({ publicKey }));
    form.submit();
  } catch {
    fault.textContent = form.dataset.fault;
    fault.hidden = false;
  }
});
