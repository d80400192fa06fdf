// Reading aloud with the browser's own voice, sentence by sentence. Where there is no voice for the language, it is said.
import { choices, choose } from "./choices.js";

const PATIENCE = 1500;
const SKIPPED = "[data-read-aloud], [data-own-words], nav, .paper, button, .todo__foot, .ds-sr-only";
const synth = window.speechSynthesis;
let turn = 0;

/** The browser's voice for a language; Norwegian of either kind stands in for the other. */
function voiceFor(language) {
  const near = { nb: ["nb", "no", "nn"], nn: ["nn", "nb", "no"], en: ["en"] }[language] || [language];
  const voices = synth?.getVoices() || [];
  for (const wanted of near) {
    const found = voices.find((voice) => voice.lang.toLowerCase().split(/[-_]/)[0] === wanted);
    if (found) return found;
  }
  return null;
}

/** Calls back with the voice for a language, or with null: some browsers find their voices a while after they are asked. */
function withVoice(language, then) {
  const voice = voiceFor(language);
  if (voice || !synth?.addEventListener) { then(voice); return; }
  const look = () => { clearTimeout(timer); synth.removeEventListener("voiceschanged", look); then(voiceFor(language)); };
  const timer = setTimeout(look, PATIENCE);
  synth.addEventListener("voiceschanged", look);
}

/** Says one text, and then calls back; what was being said before is not said any longer. */
function say(text, voice, whenDone) {
  const mine = ++turn;
  synth.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = voice.lang;
  utterance.voice = voice;
  utterance.rate = Number(choices().speed || 0.95);
  utterance.onend = utterance.onerror = () => { if (mine === turn) whenDone(); };
  synth.speak(utterance);
}

function beQuiet() { turn++; synth?.cancel(); }

/** The sentences of a text, each as its words and where they stand. */
function sentencesOf(block, language) {
  const nodes = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(SKIPPED)) nodes.push(walker.currentNode);
  const whole = nodes.map((node) => node.data).join("");
  const pieces = window.Intl?.Segmenter
    ? [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(whole)].map((piece) => [piece.index, piece.segment])
    : [[0, whole]];
  const place = (at) => {
    let before = 0;
    for (const node of nodes) { if (at <= before + node.length) return [node, at - before]; before += node.length; }
    return null;
  };
  return pieces.filter(([, words]) => words.trim()).map(([start, words]) => ({
    block, words: words.trim().replace(/\s+/g, " "), from: place(start), to: place(start + words.trimEnd().length),
  }));
}

const BLOCKS = "h1, h2, h3, p, li, dt, dd";
const partsOf = (article, language) => [...article.querySelectorAll(BLOCKS)]
  .filter((block) => !block.closest(SKIPPED) && !block.querySelector(BLOCKS))
  .flatMap((block) => sentencesOf(block, language));

/** Marks the sentence that is being read; where a browser cannot mark a part of a text, its whole paragraph. */
function mark(sentence) {
  document.querySelectorAll(".is-read").forEach((block) => block.classList.remove("is-read"));
  const canMark = window.Highlight && CSS.highlights;
  if (canMark) CSS.highlights.delete("read-aloud");
  if (!sentence) return;
  if (canMark) {
    const range = new Range();
    range.setStart(...sentence.from);
    range.setEnd(...sentence.to);
    CSS.highlights.set("read-aloud", new Highlight(range));
  } else sentence.block.classList.add("is-read");
  sentence.block.scrollIntoView({ block: "nearest" });
}

function offerReading(box) {
  const article = box.closest("article");
  const language = article.lang || document.documentElement.lang;
  const part = (name) => box.querySelector(`[data-read=${name}]`);
  const start = part("start"), pause = part("pause"), stop = part("stop"), speed = part("speed"), missing = part("missing");
  let sentences = [], at = 0, voice = null, isPaused = false;

  const show = (isReading) => {
    start.hidden = isReading;
    for (const shown of [pause, stop, part("pace")]) shown.hidden = !isReading;
    pause.textContent = isPaused ? pause.dataset.goOn : pause.dataset.pause;
  };
  const end = () => { beQuiet(); mark(null); isPaused = false; show(false); };
  const read = () => {
    if (at >= sentences.length) { end(); return; }
    mark(sentences[at]);
    say(sentences[at].words, voice, () => { at++; read(); });
  };
  start.addEventListener("click", () => withVoice(language, (found) => {
    missing.hidden = Boolean(found);
    if (!found) { missing.focus(); return; }
    [voice, sentences, at] = [found, partsOf(article, language), 0];
    show(true);
    pause.focus();
    read();
  }));
  // Some telephones cannot pause a voice: it stops, and begins again with the sentence.
  pause.addEventListener("click", () => { isPaused = !isPaused; show(true); if (isPaused) beQuiet(); else read(); });
  stop.addEventListener("click", () => { end(); start.focus(); });
  speed.value = choices().speed || speed.value;
  speed.addEventListener("change", () => { choose("speed", speed.value); if (!isPaused) read(); });
  addEventListener("pagehide", end);
  box.hidden = false;
}

function offerOwnWords(section) {
  const part = (name) => section.querySelector(`[data-words=${name}]`);
  const field = section.querySelector("textarea"), large = section.querySelector(".own-words__large");
  const clear = () => { field.value = ""; large.textContent = ""; beQuiet(); };
  part("show").addEventListener("click", () => { large.textContent = field.value; });
  part("clear").addEventListener("click", () => { clear(); field.focus(); });
  part("read").addEventListener("click", () => withVoice(document.documentElement.lang, (voice) => {
    part("missing").hidden = Boolean(voice);
    if (voice) say(field.value, voice, () => {});
    else part("missing").focus();
  }));
  section.hidden = false;
  addEventListener("pagehide", clear);
}

document.querySelectorAll("[data-read-aloud]").forEach(offerReading);
document.querySelectorAll("[data-own-words]").forEach(offerOwnWords);
