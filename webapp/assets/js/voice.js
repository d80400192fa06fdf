// Reading aloud with the browser's own voice. Where there is no voice for the language, nothing is offered.

const synth = window.speechSynthesis;

/** The browser's voice for a language; Norwegian of either kind stands in for the other. */
function voiceFor(language) {
  const near = { nb: ["nb", "no", "nn"], nn: ["nn", "nb", "no"], en: ["en"] }[language] || [language];
  const voices = synth.getVoices();
  for (const wanted of near) {
    const found = voices.find((voice) => voice.lang.toLowerCase().split(/[-_]/)[0] === wanted);
    if (found) return found;
  }
  return null;
}

/** Says texts one after the other; a long page in one piece is cut off by some browsers. */
export function say(texts, language, whenDone) {
  synth.cancel();
  const voice = voiceFor(language);
  texts.forEach((text, number) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = voice.lang;
    utterance.voice = voice;
    utterance.rate = 0.95;
    if (number === texts.length - 1) utterance.onend = whenDone;
    synth.speak(utterance);
  });
}

/** Calls back when there is a voice for a language, now or when the browser has found its voices. */
export function whenVoice(language, then) {
  if (!synth) return;
  if (voiceFor(language)) { then(); return; }
  synth.addEventListener?.("voiceschanged", () => { if (voiceFor(language)) then(); }, { once: true });
}

function partsOf(article) {
  return [...article.querySelectorAll("h1, h2, h3, p, li")]
    .filter((part) => !part.closest("[data-read-aloud], [data-own-words], nav, .paper") && part.textContent.trim())
    .filter((part) => !part.querySelector("p, li"))
    .map((part) => part.textContent.trim().replace(/\s+/g, " "));
}

function offerReading(box) {
  const article = box.closest("article");
  const language = article.lang || document.documentElement.lang;
  const button = (name) => box.querySelector(`[data-read=${name}]`);
  const start = button("start"), pause = button("pause"), stop = button("stop");
  const show = (isReading) => {
    start.hidden = isReading;
    pause.hidden = !isReading;
    stop.hidden = !isReading;
  };
  whenVoice(language, () => { box.hidden = false; });
  start.addEventListener("click", () => {
    show(true);
    pause.focus();
    say(partsOf(article), language, () => show(false));
  });
  pause.addEventListener("click", () => { if (synth.paused) synth.resume(); else synth.pause(); });
  stop.addEventListener("click", () => { synth.resume(); synth.cancel(); show(false); start.focus(); });
  window.addEventListener("pagehide", () => synth.cancel());
}

function offerOwnWords(section) {
  const field = section.querySelector("textarea");
  const large = section.querySelector(".own-words__large");
  const read = section.querySelector("[data-words=read]");
  section.hidden = false;
  whenVoice(document.documentElement.lang, () => { read.hidden = false; });
  const clear = () => { field.value = ""; large.textContent = ""; synth?.cancel(); };
  section.querySelector("[data-words=show]").addEventListener("click", () => { large.textContent = field.value; });
  section.querySelector("[data-words=clear]").addEventListener("click", () => { clear(); field.focus(); });
  read.addEventListener("click", () => say([field.value], document.documentElement.lang, () => {}));
  window.addEventListener("pagehide", clear);
}

document.querySelectorAll("[data-read-aloud]").forEach(offerReading);
document.querySelectorAll("[data-own-words]").forEach(offerOwnWords);
