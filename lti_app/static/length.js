// A text that is longer than the server reads is not sent, so that it stays on the page; its field says why.
import { saves } from "./unsaved.js";

const { mostText, tooLong } = document.body.dataset;

// As the server counts: in a form with files each text by itself, in others all that is sent.
const bytesOf = (form, texts) => {
  if (form.enctype !== "multipart/form-data") return `${new URLSearchParams(texts)}`.length;
  return Math.max(...texts.map(([, text]) => new Blob([text]).size));
};

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!saves(form) || event.defaultPrevented) return;
  const texts = [...new FormData(form, submitter)].filter(([, value]) => typeof value === "string");
  const sent = texts.map(([name, text]) => [name, text.replace(/\r?\n|\r/g, "\r\n")]);
  if (bytesOf(form, sent) <= Number(mostText)) return;
  const [longest] = [...form.elements].filter((each) => each.willValidate).sort((a, b) => b.value.length - a.value.length);
  if (!longest) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  longest.setCustomValidity(tooLong);
  form.addEventListener("input", () => longest.setCustomValidity(""), { once: true });
  longest.reportValidity();
}, { capture: true });
