// A text that is longer than the server reads is not sent, so that it stays on the page; its field says why.
import { saves } from "./unsaved.js";

const { mostText, tooLong } = document.body.dataset;
const bytesOf = (name, value) => `${new URLSearchParams([[name, value]])}`.length;

document.addEventListener("submit", (event) => {
  if (!saves(event.target) || event.defaultPrevented) return;
  const written = [...event.target.elements].filter((each) => each.name && typeof each.value === "string" && each.type !== "file");
  const lengths = written.map((each) => bytesOf(each.name, each.value));
  if (lengths.reduce((sum, each) => sum + each, 0) <= Number(mostText)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const longest = written[lengths.indexOf(Math.max(...lengths))];
  longest.setCustomValidity(tooLong);
  longest.addEventListener("input", () => longest.setCustomValidity(""), { once: true });
  longest.reportValidity();
}, { capture: true });
